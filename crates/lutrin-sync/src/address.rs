//! The address of a service.

use std::net::IpAddr;

use reqwest::Url;

/// The address of a service: https, or http on this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAddress(Url);

/// A text that is no address of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Not an address at all.
    #[error("not an address of the form https://host")]
    NotAnAddress,
    /// Plain http to another machine: passwords and dossiers would be readable on the way.
    #[error("plain http is for this machine only")]
    Insecure,
}

impl ServiceAddress {
    /// Reads what a person typed; `https://` is assumed where no scheme is given.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&url).map_err(|_| InvalidAddress::NotAnAddress)?;
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.path() == "/";
        if !bare || url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidAddress::NotAnAddress);
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            "http" => Err(InvalidAddress::Insecure),
            _ => Err(InvalidAddress::NotAnAddress),
        }
    }

    /// The full address of an endpoint such as `/v1/about`.
    pub fn endpoint(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// The address without a trailing slash, as it is shown and remembered.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_taken_and_assumed() {
        for text in ["https://d3.example.fr", " d3.example.fr ", "https://d3.example.fr/"] {
            assert_eq!(ServiceAddress::parse(text).unwrap().as_str(), "https://d3.example.fr");
        }
    }

    #[test]
    fn http_is_for_this_machine_only() {
        for text in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9"] {
            assert!(ServiceAddress::parse(text).is_ok(), "{text}");
        }
        for text in ["http://d3.example.fr", "http://192.168.1.4", "http://127.0.0.1.example.fr"] {
            assert_eq!(ServiceAddress::parse(text), Err(InvalidAddress::Insecure), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_address() {
        for text in [
            "",
            "ftp://a.fr",
            "file:///etc",
            "https://u:p@a.fr",
            "https://a.fr/path",
            "https://a.fr?x",
        ] {
            assert_eq!(ServiceAddress::parse(text), Err(InvalidAddress::NotAnAddress), "{text}");
        }
    }
}
