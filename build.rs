//! Makes a build notice a new page and new migrations, both of which are carried inside the program.

fn main() {
    // A missing folder would count as changed at every build. The program tolerates an empty one.
    if let Err(error) = std::fs::create_dir_all("web/dist") {
        println!("cargo::warning=web/dist cannot be created: {error}");
    }
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=src/store/migrations");
}
