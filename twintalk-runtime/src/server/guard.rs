//! Who may ask what, before a route sees the request.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    App,
    problem::{FORBIDDEN, MALFORMED, Problem, UNAUTHORIZED},
    tokens::{Scope, Scopes, Tokens},
};

/// How a server tells friend from foe.
pub enum Access {
    /// Without tokens: programs of this machine, but not web pages that its browsers show.
    Loopback,
    /// Whoever bears a token.
    Tokens(Tokens),
}

/// Lets a request pass, with its [`Scopes`] among its extensions.
pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    app.counts.request();
    match app.access.admit(request.method(), request.uri(), request.headers()) {
        Ok(scopes) => {
            request.extensions_mut().insert(scopes);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

impl Access {
    fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Scopes, Problem> {
        match self {
            Self::Loopback => local(uri, headers).map(|()| Scopes::default()),
            Self::Tokens(tokens) => match needed(method, uri.path()) {
                Some(scope) => bearer(tokens, headers, scope),
                None => Ok(Scopes::default()),
            },
        }
    }
}

/// The scope a request needs.
fn needed(method: &Method, path: &str) -> Option<Scope> {
    match path {
        "/" | "/healthz" | "/readyz" => None,
        _ if method == Method::GET || method == Method::HEAD => Some(Scope::Read),
        // What is erased is gone for good.
        _ if method == Method::DELETE && path.ends_with("/events") => Some(Scope::Admin),
        _ => Some(Scope::Send),
    }
}

fn bearer(tokens: &Tokens, headers: &HeaderMap, scope: Scope) -> Result<Scopes, Problem> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::new(UNAUTHORIZED, "Send the header `Authorization: Bearer TOKEN`."))?;
    let scopes = tokens.scopes(token).ok_or_else(|| Problem::new(UNAUTHORIZED, "The token is not known here."))?;
    if !scopes.include(scope) {
        return Err(Problem::new(FORBIDDEN, format!("The token lacks the scope `{}`.", scope.name())));
    }
    Ok(scopes.clone())
}

/// Refuses what a web page could make a browser send: a name that was rebound to this machine, or a foreign origin.
fn local(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let host = match uri.authority() {
        Some(authority) => authority.clone(),
        None => headers
            .get(header::HOST)
            .and_then(|host| Authority::try_from(host.as_bytes()).ok())
            .ok_or_else(|| Problem::new(MALFORMED, "The request has no valid Host header."))?,
    };
    if !is_loopback(host.host()) {
        return Err(Problem::new(
            FORBIDDEN,
            "Without --token-file only requests to localhost are answered; the Host header names another machine.",
        ));
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let same = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host.as_str()));
    if same {
        return Ok(());
    }
    Err(Problem::new(FORBIDDEN, "Without --token-file web pages of another origin are not answered."))
}

/// Whether a host name can only mean this machine.
fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_names() {
        for host in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "localhost."] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.com", "10.0.0.1", "[::2]", "localhost.example.com", "127.0.0.1.nip.io", "", "0.0.0.0"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
