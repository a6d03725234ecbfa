//! What the server was told: `carillon.toml`, overridden by `CARILLON_*`,
//! overridden by flags. Each value remembers where it came from.

use crate::{database_url::without_password, networks::Networks};
use clap::Args;
use delivery::Reach;
use figment::{
    Figment, Metadata, Source,
    providers::{Env, Format, Serialized, Toml},
    value::Value,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// Every setting that the server knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where pages and API are served.
    pub listen: SocketAddr,
    /// The address that people open, such as `https://push.example.org`, when
    /// it is not the one listened on: it decides the allowed origin and whether
    /// cookies are `Secure`.
    pub public_url: Option<String>,
    /// Proxies in front of this server, whose `X-Forwarded-For` says who asks;
    /// nobody's is believed when empty.
    pub trusted_proxies: Networks,
    /// Networks that are not public and that browsers' subscriptions may lead
    /// to all the same: for a push service of one's own.
    pub private_networks: Networks,
    /// The database: `sqlite://FILE` or `postgres://…`. A file in the data
    /// directory when absent.
    pub database: Option<String>,
    /// Where the database file, the sealing key and uploads are kept.
    pub data_dir: PathBuf,
    /// The key that seals credentials, 32 bytes in base64. A file in the data
    /// directory when absent; PostgreSQL needs it given.
    pub sealing_key: Option<String>,
    /// What this process does.
    pub role: Role,
    /// Whether tables are brought to this version at the start.
    pub migrate: bool,
    /// Sample data, and providers played by the sandbox.
    pub demo: bool,
    /// Which events are logged, in `tracing`'s filter syntax.
    pub log: String,
    /// How they are written.
    pub log_format: LogFormat,
    /// Seconds that requests in flight get to finish at shutdown.
    pub shutdown_seconds: u16,
    /// Connections to each provider.
    pub provider_connections: u16,
    /// Seconds that one call to a provider may take.
    pub provider_timeout_seconds: u16,
    /// Seconds that a worker which fell silent keeps what it has in hand;
    /// never less than twice a provider call.
    pub lease_seconds: u16,
    /// Whether pushes may go through Twilio Notify, which Twilio ends on
    /// 31 October 2027.
    pub twilio_notify: bool,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Pages and the API, without the engine.
    Web,
    /// The engine, with no pages but health and metrics.
    Worker,
    /// Both.
    All,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For eyes.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: None,
            trusted_proxies: Networks::default(),
            private_networks: Networks::default(),
            database: None,
            data_dir: PathBuf::from("data"),
            sealing_key: None,
            role: Role::All,
            migrate: true,
            demo: false,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            shutdown_seconds: 10,
            provider_connections: 4,
            provider_timeout_seconds: 15,
            lease_seconds: 60,
            twilio_notify: false,
        }
    }
}

impl Settings {
    /// The database's address: as set, else a file in the data directory.
    pub fn database_url(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("carillon.db").display()))
    }

    /// Which addresses that come from outside may be called. The demo's push
    /// service is on this machine.
    pub fn reach(&self) -> Reach {
        let this_machine = [
            IpNet::from(IpAddr::from([127, 0, 0, 1])),
            IpNet::from(IpAddr::from(std::net::Ipv6Addr::LOCALHOST)),
        ];
        let own = this_machine.into_iter().filter(|_| self.demo);
        Reach::besides(self.private_networks.iter().chain(own).collect())
    }

    /// Whether people come over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

/// Command-line flags; whatever is absent is left to the environment and the file.
#[derive(Debug, Default, Clone, Args, Serialize)]
pub struct Flags {
    /// Address to listen on [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Address that people open, such as `https://push.example.org`
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Database: `sqlite://FILE` or `postgres://…` [default: a file in the data directory]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Directory for the database file, the sealing key and uploads [default: data]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// What this process does [default: all]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether to bring the tables to this version first [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrate: Option<bool>,
    /// Start with sample data and with providers played by the sandbox
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demo: Option<bool>,
    /// Log filter, as in `info,sqlx=warn` [default: info]
    #[arg(long, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Log format [default: text]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
}

/// A key of [`Settings`], and how much of its value may be shown.
struct Key {
    name: &'static str,
    shown: Shown,
}

/// How much of a value may be shown.
enum Shown {
    /// All of it.
    Open,
    /// An address without its password.
    WithoutPassword,
    /// That it is set.
    Hidden,
}

const KEYS: &[Key] = &[
    Key::open("listen"),
    Key::open("public_url"),
    Key::open("trusted_proxies"),
    Key::open("private_networks"),
    Key::new("database", Shown::WithoutPassword),
    Key::open("data_dir"),
    Key::new("sealing_key", Shown::Hidden),
    Key::open("role"),
    Key::open("migrate"),
    Key::open("demo"),
    Key::open("log"),
    Key::open("log_format"),
    Key::open("shutdown_seconds"),
    Key::open("provider_connections"),
    Key::open("provider_timeout_seconds"),
    Key::open("lease_seconds"),
    Key::open("twilio_notify"),
];

impl Key {
    const fn open(name: &'static str) -> Self {
        Self::new(name, Shown::Open)
    }

    const fn new(name: &'static str, shown: Shown) -> Self {
        Self { name, shown }
    }

    /// A value as it may be shown.
    fn show(&self, value: &Value) -> String {
        match (&self.shown, value) {
            (_, Value::Empty(..)) => NOT_SET.to_owned(),
            (Shown::Open, value) => plain(value),
            (Shown::WithoutPassword, value) => without_password(&plain(value)),
            (Shown::Hidden, _) => "(set, hidden)".to_owned(),
        }
    }
}

/// Stands for a value that is not there.
const NOT_SET: &str = "(not set)";

/// Settings, and for each where it came from.
#[derive(Debug)]
pub struct Loaded {
    /// What is in force.
    pub settings: Settings,
    figment: Figment,
}

/// The settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// `--config` names a file that is not there.
    #[error("{0} does not exist; --config must name a settings file")]
    NoSuchFile(PathBuf),
    /// A value is of the wrong type, or a key is unknown.
    #[error("{0}")]
    Wrong(String),
}

/// Reads defaults, file, environment and flags, in that order.
pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Loaded, SettingsError> {
    if let Some(file) = file.filter(|file| !file.exists()) {
        return Err(SettingsError::NoSuchFile(file.to_owned()));
    }
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    let mut figment = Figment::from(Serialized::defaults(Settings::default()));
    let file = file.unwrap_or(Path::new("carillon.toml"));
    if file.exists() {
        figment = figment.merge(Toml::file_exact(file));
    }
    let figment = figment
        .merge(Env::prefixed("CARILLON_").only(&names))
        .merge(Named("flag", Serialized::defaults(flags)));
    let settings = figment.extract().map_err(|error| wrong(&error))?;
    Ok(Loaded { settings, figment })
}

/// All that is wrong, one line each, naming the key and its source.
fn wrong(errors: &figment::Error) -> SettingsError {
    let lines: Vec<String> = errors
        .clone()
        .into_iter()
        .map(|error| {
            let key = error.path.join(".");
            let origin = error
                .metadata
                .as_ref()
                .map_or_else(String::new, |metadata| {
                    format!(" (from {})", describe(metadata, &key))
                });
            format!("setting `{key}`{origin}: {}", error.kind)
        })
        .collect();
    SettingsError::Wrong(lines.join("\n"))
}

/// Renames a provider, so that its values can be told from the defaults.
struct Named<P>(&'static str, P);

impl<P: figment::Provider> figment::Provider for Named<P> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(
        &self,
    ) -> Result<figment::value::Map<figment::Profile, figment::value::Dict>, figment::Error> {
        self.1.data()
    }
}

/// Where a value came from, in words: a file, a variable, a flag.
fn describe(metadata: &Metadata, key: &str) -> String {
    match &metadata.source {
        Some(Source::File(path)) => path.display().to_string(),
        _ if metadata.name == "flag" => format!("--{}", key.replace('_', "-")),
        _ if metadata.name.contains("environment") => {
            format!("CARILLON_{}", key.to_uppercase())
        }
        _ => "default".to_owned(),
    }
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = KEYS.iter().map(|key| key.name.len()).max().unwrap_or(0);
        for (n, key) in KEYS.iter().enumerate() {
            let value = self
                .figment
                .find_value(key.name)
                .map_or_else(|_| NOT_SET.to_owned(), |value| key.show(&value));
            let origin = self
                .figment
                .find_metadata(key.name)
                .map_or_else(|| "default".to_owned(), |m| describe(m, key.name));
            let end = if n == 0 { "" } else { "\n" };
            write!(f, "{end}{:width$}  {value}  ({origin})", key.name)?;
        }
        Ok(())
    }
}

/// A value as a person would write it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Array(_, values) if values.is_empty() => "(none)".to_owned(),
        Value::Array(_, values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_listed_by_the_config_command() {
        let known = serde_json::to_value(Settings::default()).expect("settings are plain data");
        let mut fields: Vec<&str> = known
            .as_object()
            .expect("settings are a map")
            .keys()
            .map(String::as_str)
            .collect();
        let mut listed: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        fields.sort_unstable();
        listed.sort_unstable();
        assert_eq!(fields, listed);
    }

    #[test]
    fn a_flag_overrides_the_file_and_says_so() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = dir.path().join("carillon.toml");
        std::fs::write(&file, "listen = \"0.0.0.0:80\"\nlog = \"debug\"\n").expect("a file");
        let flags = Flags {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 4000))),
            ..Flags::default()
        };
        let loaded = load(Some(&file), &flags).expect("good settings");
        assert_eq!(loaded.settings.listen.port(), 4000);
        assert_eq!(loaded.settings.log, "debug");
        let shown = loaded.to_string();
        assert!(shown.contains("127.0.0.1:4000  (--listen)"), "{shown}");
        assert!(shown.contains("carillon.toml)"), "{shown}");
        assert!(shown.contains("text  (default)"), "{shown}");
    }

    #[test]
    fn a_password_is_masked_and_what_is_not_set_is_said_to_be_so() {
        let shown = |flags: &Flags| load(None, flags).expect("good settings").to_string();
        let nothing = shown(&Flags::default());
        let line = |text: &str, key: &str| {
            let mut lines = text.lines().map(str::to_owned);
            lines.find(|line| line.starts_with(key)).expect("a line")
        };
        for key in ["database", "sealing_key", "public_url"] {
            assert!(line(&nothing, key).contains("  (not set)  "), "{nothing}");
        }
        let flags = Flags {
            database: Some("postgres://ada:secret@db/carillon".to_owned()),
            ..Flags::default()
        };
        let text = shown(&flags);
        assert!(
            line(&text, "database").contains("  postgres://ada:***@db/carillon  (--database)"),
            "{text}"
        );
    }

    #[test]
    fn a_wrong_key_is_named_with_its_file() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = dir.path().join("carillon.toml");
        std::fs::write(&file, "lisen = \"0.0.0.0:80\"\n").expect("a file");
        let error = load(Some(&file), &Flags::default()).expect_err("a typo");
        let text = error.to_string();
        assert!(text.contains("lisen"), "{text}");
    }
}
