//! Profiles: services by name, in a file of the person's own.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::{Auth, TargetArgs};
use crate::error::{ProfileError, StartError};

/// The variables that choose a service where no argument does.
const URL: &str = "RDS_OPS_URL";
const PROFILE: &str = "RDS_OPS_PROFILE";

/// The variable that names another file than the usual one.
const FILE: &str = "RDS_OPS_PROFILES";

/// A service over HTTP.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    /// Its URL, with the path of its stage.
    pub(super) url: String,
    /// How it knows who asks.
    pub(super) auth: Option<AuthName>,
    /// The profile of the AWS configuration whose credentials sign.
    pub(super) aws_profile: Option<String>,
    /// The Region of the API, where its host name does not tell.
    pub(super) aws_region: Option<String>,
    /// A command of the shell that prints a token.
    pub(super) token_command: Option<String>,
}

/// The name of a way to authenticate.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum AuthName {
    Iam,
    Token,
    None,
}

impl From<AuthName> for Auth {
    fn from(name: AuthName) -> Self {
        match name {
            AuthName::Iam => Self::Iam,
            AuthName::Token => Self::Token,
            AuthName::None => Self::None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// The service over HTTP that is asked for; `None` for the one in this process.
///
/// An argument counts before a variable, and that before the default profile. Arguments about the
/// data of this machine ask for the service in this process.
pub(super) fn resolve(args: &TargetArgs) -> Result<Option<Profile>, StartError> {
    let set = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
    let chosen = Chosen { url: set(URL), profile: set(PROFILE) };
    let home = env::var_os("HOME").map(PathBuf::from);
    let config = env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| home.map(|home| home.join(".config")));
    let usual = config.map(|config| config.join("rds-ops").join("config.toml"));
    let path = env::var_os(FILE).map(PathBuf::from).or(usual);
    let profile = choose(args, chosen, path.as_deref()).map_err(StartError::Profile)?;
    Ok(profile.map(|profile| with_arguments(profile, args)))
}

/// What the environment asks for.
#[derive(Clone, Debug, Default)]
struct Chosen {
    url: Option<String>,
    profile: Option<String>,
}

fn choose(
    args: &TargetArgs,
    chosen: Chosen,
    path: Option<&Path>,
) -> Result<Option<Profile>, ProfileError> {
    if let Some(url) = &args.url {
        return Ok(Some(at(url)));
    }
    if let Some(name) = &args.profile {
        return named(name, path).map(Some);
    }
    if args.backend.is_some() || args.local.data != Path::new("./data") {
        return Ok(None);
    }
    match chosen {
        Chosen { url: Some(url), .. } => Ok(Some(at(&url))),
        Chosen { profile: Some(name), .. } => named(&name, path).map(Some),
        Chosen { url: None, profile: None } => {
            let file = path.map(read).transpose()?.unwrap_or_default();
            file.default_profile.map(|name| named(&name, path)).transpose()
        }
    }
}

fn at(url: &str) -> Profile {
    let url = url.to_owned();
    Profile { url, auth: None, aws_profile: None, aws_region: None, token_command: None }
}

fn named(name: &str, path: Option<&Path>) -> Result<Profile, ProfileError> {
    let path = path.unwrap_or_else(|| Path::new("~/.config/rds-ops/config.toml"));
    let mut profiles = read(path)?.profiles;
    profiles.remove(name).ok_or_else(|| {
        let known: Vec<String> = profiles.into_keys().collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        ProfileError::Unknown { name: name.to_owned(), path: path.to_owned(), known }
    })
}

/// The file; one that is not there has no profiles.
fn read(path: &Path) -> Result<File, ProfileError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(source) => return Err(ProfileError::Unreadable { path: path.to_owned(), source }),
    };
    toml::from_str(&text).map_err(|source| ProfileError::Invalid { path: path.to_owned(), source })
}

/// The profile with what the arguments say otherwise.
fn with_arguments(profile: Profile, args: &TargetArgs) -> Profile {
    let auth = args.auth.map(|auth| match auth {
        Auth::Iam => AuthName::Iam,
        Auth::Token => AuthName::Token,
        Auth::None => AuthName::None,
    });
    Profile {
        url: profile.url,
        auth: auth.or(profile.auth),
        aws_profile: args.aws_profile.clone().or(profile.aws_profile),
        aws_region: args.aws_region.clone().or(profile.aws_region),
        token_command: args.token_command.clone().or(profile.token_command),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        target: TargetArgs,
    }

    fn url(arguments: &[&str], url: &str, profile: &str, file: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let path = folder.path().join("config.toml");
        std::fs::write(&path, file).expect("it can be written");
        let arguments = [&["rds-ops"], arguments].concat();
        let args = Only::try_parse_from(arguments).map_err(|error| error.kind().to_string())?;
        let set = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let chosen = Chosen { url: set(url), profile: set(profile) };
        let profile = choose(&args.target, chosen, Some(&path))
            .map_err(|error| error.to_string().replace(&path.display().to_string(), "the file"))?;
        Ok(profile.map_or_else(|| "in process".to_owned(), |profile| profile.url))
    }

    const FILE: &str = "default_profile = 'dev'\n[profiles.dev]\nurl = 'https://dev'\n\
                        [profiles.lab]\nurl = 'https://lab'\nauth = 'token'\n";

    #[test]
    fn an_argument_counts_before_a_variable_and_that_before_the_default() {
        let cases: [(&[&str], &str, &str, &str, &str); 8] = [
            (&[], "", "", "", "in process"),
            (&[], "", "", FILE, "https://dev"),
            (&[], "", "lab", FILE, "https://lab"),
            (&[], "https://env", "lab", FILE, "https://env"),
            (&["--profile", "lab"], "https://env", "", FILE, "https://lab"),
            (&["--url", "https://arg"], "https://env", "lab", FILE, "https://arg"),
            (&["--data", "/tmp/x"], "https://env", "lab", FILE, "in process"),
            (&["--backend", "simulated"], "https://env", "lab", FILE, "in process"),
        ];
        for (arguments, by_url, profile, file, chosen) in cases {
            assert_eq!(
                url(arguments, by_url, profile, file).as_deref(),
                Ok(chosen),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn a_wrong_profile_is_an_error_for_people() {
        let unknown = url(&["--profile", "prod"], "", "", FILE).unwrap_err();
        assert_eq!(unknown, "there is no profile \"prod\" in the file; it has dev, lab");
        let misspelt = url(&[], "", "", "defaultprofile = 'dev'").unwrap_err();
        assert_eq!(misspelt, "the profiles in the file are not valid");
        assert!(url(&["--url", "https://a", "--data", "x"], "", "", "").is_err());
    }
}
