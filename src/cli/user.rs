//! `duet user`: who works here, and API tokens.

use crate::edge::clock::Clock;
use crate::language::Language;
use crate::record::rfc3339;
use crate::store::password::{self, PASSWORD_MIN_CHARS};
use crate::store::{NewUser, Role, Store, Token, User};
use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Longest login name and longest label.
const NAME_MAX_CHARS: usize = 64;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the store.
    #[arg(long, env = "DUET_DATA_DIR", default_value = "data", global = true)]
    data: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add somebody who logs in to the desk.
    Add(Add),
    /// List everybody.
    List,
    /// Remove somebody, with sessions and tokens.
    Remove {
        /// Login name.
        id: String,
    },
    /// Make an API token and print it, the only time that it can be seen.
    Token(NewToken),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Login name: letters, digits, `.`, `-`, `_`.
    id: String,
    /// Name as it is spoken and shown; the login name if absent.
    #[arg(long)]
    name: Option<String>,
    /// admin, supervisor, agent, auditor or viewer.
    #[arg(long, default_value = "agent")]
    role: Role,
    /// Queue that this agent serves; may be given again.
    #[arg(long = "queue", value_name = "QUEUE")]
    queues: Vec<String>,
    /// Language that this agent speaks: pl, ro, en; may be given again.
    #[arg(long = "lang", value_name = "LANG")]
    languages: Vec<Language>,
    /// Where the phone rings: sip:user@host.
    #[arg(long, value_name = "URI")]
    sip: Option<String>,
    /// Read the password from the first line of standard input instead of asking.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
struct NewToken {
    /// admin, supervisor, agent, auditor or viewer.
    #[arg(long)]
    role: Role,
    /// What it is for, to know it later.
    #[arg(long)]
    label: String,
    /// Whose calls and presence it is about; needed for role agent.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Days until it expires; never if absent.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3650))]
    expires_days: Option<u64>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(carry_out(args))?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(args: Args) -> anyhow::Result<()> {
    // Asked before the store is opened: a mistyped command must not create one.
    let clock = Clock::start();
    match args.command {
        Command::Add(add) => {
            let new = new_user(add)?;
            let store = Store::open(&args.data).await?;
            store.add_user(&new, clock.now()).await?;
            println!("Added {} ({}).", new.user.id, new.user.role);
        }
        Command::List => list(&Store::open(&args.data).await?).await?,
        Command::Remove { id } => {
            let store = Store::open(&args.data).await?;
            ensure!(store.remove_user(&id).await?, "there is no user {id:?}");
            println!("Removed {id}.");
        }
        Command::Token(token) => {
            let store = Store::open(&args.data).await?;
            println!("{}", make_token(&store, token, clock).await?);
        }
    }
    Ok(())
}

fn new_user(add: Add) -> anyhow::Result<NewUser> {
    check_id(&add.id)?;
    if let Some(uri) = &add.sip {
        check_sip(uri)?;
    }
    let needs_queue = add.role == Role::Agent;
    ensure!(!needs_queue || !add.queues.is_empty(), "an agent serves at least one --queue");
    ensure!(!needs_queue || !add.languages.is_empty(), "an agent speaks at least one --lang (pl, ro, en)");
    let password = read_password(add.password_stdin)?;
    ensure!(
        password.chars().count() >= PASSWORD_MIN_CHARS,
        "the password is too short: expected at least {PASSWORD_MIN_CHARS} characters"
    );
    let user = User {
        name: add.name.unwrap_or_else(|| add.id.clone()),
        id: add.id,
        role: add.role,
        queues: add.queues,
        languages: add.languages,
        sip_uri: add.sip,
    };
    let password_hash = password::hash(&password)?;
    Ok(NewUser { user, password_hash })
}

fn check_id(id: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let good = !id.is_empty() && id.len() <= NAME_MAX_CHARS && id.chars().all(plain);
    ensure!(
        good,
        "the login name {id:?} is not good: expected 1 to {NAME_MAX_CHARS} letters, digits, '.', '-' or '_'"
    );
    Ok(())
}

fn check_sip(uri: &str) -> anyhow::Result<()> {
    let address = uri.strip_prefix("sip:").or_else(|| uri.strip_prefix("sips:"));
    let good = address.and_then(|address| address.split_once('@'));
    let good = good.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    ensure!(good && !uri.contains(char::is_whitespace), "{uri:?} is no SIP address: expected sip:user@host");
    Ok(())
}

fn read_password(from_stdin: bool) -> anyhow::Result<String> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("cannot read the password from standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let terminal = console::Term::stderr();
    ensure!(terminal.is_term(), "there is no terminal to ask for a password: use --password-stdin");
    let ask = |question: &str| {
        terminal.write_str(question)?;
        terminal.read_secure_line()
    };
    let password = ask("Password: ")?;
    if ask("Again: ")? != password {
        bail!("the two passwords differ");
    }
    Ok(password)
}

async fn list(store: &Store) -> anyhow::Result<()> {
    println!("{:<16} {:<11} {:<8} {:<24} {:<28} NAME", "ID", "ROLE", "LANG", "QUEUES", "PHONE");
    for user in store.users().await? {
        let languages: Vec<&str> = user.languages.iter().map(|language| language.code()).collect();
        println!(
            "{:<16} {:<11} {:<8} {:<24} {:<28} {}",
            user.id,
            user.role.name(),
            languages.join(","),
            user.queues.join(","),
            user.sip_uri.as_deref().unwrap_or("-"),
            user.name
        );
    }
    Ok(())
}

async fn make_token(store: &Store, new: NewToken, clock: Clock) -> anyhow::Result<String> {
    ensure!(
        !new.label.is_empty() && new.label.chars().count() <= NAME_MAX_CHARS,
        "a label has 1 to {NAME_MAX_CHARS} characters"
    );
    ensure!(new.role != Role::Agent || new.user.is_some(), "a token of role agent needs --user");
    if let Some(id) = &new.user {
        ensure!(store.user(id).await?.is_some(), "there is no user {id:?}");
    }
    let now = clock.now();
    let token = Token {
        label: new.label,
        role: new.role,
        user: new.user,
        expires: new.expires_days.map(|days| now + Duration::from_secs(days * 24 * 3600)),
    };
    let secret = store.add_token(&token, now).await?;
    if let Some(expires) = token.expires {
        eprintln!("It expires at {}.", rfc3339(expires));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_that_would_break_later_are_refused_now() {
        for good in ["anna", "a.b-c_9"] {
            check_id(good).unwrap();
        }
        for bad in ["", "anna żak", "a/b", &"x".repeat(65)] {
            assert!(check_id(bad).is_err(), "{bad:?}");
        }
        check_sip("sip:anna@10.0.0.5:5060").unwrap();
        for bad in ["anna", "sip:", "sip:anna", "sip:@host", "tel:+48", "sip:a b@host"] {
            assert!(check_sip(bad).is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn a_token_of_an_agent_names_the_agent() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let new = |user: Option<&str>| NewToken {
            role: Role::Agent,
            label: "phone".into(),
            user: user.map(Into::into),
            expires_days: None,
        };
        let clock = Clock::start();
        assert!(make_token(&store, new(None), clock).await.is_err());
        assert!(make_token(&store, new(Some("nobody")), clock).await.is_err());
    }
}
