//! The token file: a line a token, `TOKEN SCOPE[,SCOPE]`.

use std::{fs, path::Path};

use subtle::ConstantTimeEq;

/// What a token lets its bearer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Look at classes, twins, events and metrics.
    Read,
    /// Create, delete and clone twins, send messages.
    Send,
    /// Everything, source included.
    Admin,
}

impl Scope {
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Send => "send",
            Self::Admin => "admin",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Read, Self::Send, Self::Admin].into_iter().find(|scope| scope.name() == name)
    }
}

/// The scopes of a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    pub fn include(&self, scope: Scope) -> bool {
        self.0.iter().any(|held| *held == scope || *held == Scope::Admin)
    }
}

/// The tokens a server knows.
#[derive(Debug)]
pub struct Tokens(Vec<(String, Scopes)>);

impl Tokens {
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|why| format!("the token file `{}` cannot be read: {why}", path.display()))?;
        Self::parse(&text).map_err(|what| format!("the token file `{}`: {what}", path.display()))
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.split_whitespace();
            let (Some(token), Some(scopes), None) = (words.next(), words.next(), words.next()) else {
                return Err(format!("line {number} is not `TOKEN SCOPE[,SCOPE]`"));
            };
            let scopes = scopes
                .split(',')
                .map(|name| Scope::named(name).ok_or_else(|| format!("line {number}: no scope `{name}`; there are read, send, admin")));
            tokens.push((token.to_owned(), Scopes(scopes.collect::<Result<_, _>>()?)));
        }
        if tokens.is_empty() {
            return Err("it holds no token; add a line such as `$(openssl rand -hex 32) read,send`".to_owned());
        }
        Ok(Self(tokens))
    }

    /// The scopes of `token`. Compares with all of them, each in constant time: the time taken tells nothing.
    pub fn scopes(&self, token: &str) -> Option<&Scopes> {
        self.0.iter().fold(
            None,
            |found, (known, scopes)| {
                if bool::from(known.as_bytes().ct_eq(token.as_bytes())) { Some(scopes) } else { found }
            },
        )
    }
}
