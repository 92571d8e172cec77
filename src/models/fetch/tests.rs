use super::*;
use crate::models::Manifest;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;

const BODY: &[u8] = b"twenty bytes of model";

/// A publisher on a free port that honours `Range`; the returned address ends in the file's path.
async fn publisher() -> String {
    let serve = |headers: HeaderMap| async move {
        let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
        let from =
            range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        match from {
            Some(from) => (StatusCode::PARTIAL_CONTENT, BODY[from..].to_vec()),
            None => (StatusCode::OK, BODY.to_vec()),
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/m", get(serve));
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/m")
}

fn model(url: &str, sum: &str) -> Model {
    let text = format!(
        "[[model]]\nname = \"m\"\npurpose = \"p\"\nlanguages = []\nlicence = \"l\"\nsize_bytes = 21\n\
         sha256 = \"{sum}\"\nsources = [{{ kind = \"url\", url = \"{url}\" }}]\n"
    );
    Manifest::parse(&text).unwrap().models.remove(0)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_weight_is_fetched_once_and_then_present() {
    let dir = tempfile::tempdir().unwrap();
    let model = model(&publisher().await, &verify::sha256_of(BODY));
    let mut fetcher = Fetcher::new(dir.path()).unwrap();
    assert_eq!(fetcher.fetch(&model).await.unwrap(), Outcome::Fetched);
    assert_eq!(fs::read(dir.path().join("m")).unwrap(), BODY);
    assert_eq!(fetcher.fetch(&model).await.unwrap(), Outcome::Present);
    assert_eq!(names(dir.path()), ["m"]);
}

#[tokio::test]
async fn a_download_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    // Bytes of our own in the part that is there show that only the rest was asked for.
    let mut spliced = b"TWENTY".to_vec();
    spliced.extend(&BODY[6..]);
    fs::write(dir.path().join("m.part"), b"TWENTY").unwrap();
    let model = model(&publisher().await, &verify::sha256_of(&spliced));
    Fetcher::new(dir.path()).unwrap().fetch(&model).await.unwrap();
    assert_eq!(fs::read(dir.path().join("m")).unwrap(), spliced);
}

#[tokio::test]
async fn a_wrong_sum_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let model = model(&publisher().await, &verify::sha256_of(b"another"));
    let error = Fetcher::new(dir.path()).unwrap().fetch(&model).await.unwrap_err();
    assert!(error.to_string().contains("what arrived has sha256"), "{error}");
    assert!(names(dir.path()).is_empty());
}

#[tokio::test]
async fn without_a_network_the_error_names_the_file_and_its_place() {
    let dir = tempfile::tempdir().unwrap();
    // A port that was free a moment ago refuses the connection.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let model = model(&format!("http://127.0.0.1:{port}/m"), &verify::sha256_of(BODY));
    let error = Fetcher::new(dir.path()).unwrap().fetch(&model).await.unwrap_err().to_string();
    assert!(error.contains(&dir.path().join("m").display().to_string()), "{error}");
    assert!(error.contains("21 bytes, sha256 "), "{error}");
}

#[tokio::test]
async fn a_file_that_somebody_put_there_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("m"), b"mine").unwrap();
    let model = model(&publisher().await, &verify::sha256_of(BODY));
    let error = Fetcher::new(dir.path()).unwrap().fetch(&model).await.unwrap_err();
    assert!(error.to_string().contains("another sha256"), "{error}");
    assert_eq!(fs::read(dir.path().join("m")).unwrap(), b"mine");
}
