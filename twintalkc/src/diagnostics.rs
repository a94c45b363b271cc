//! Findings of a compilation, collected by every pass and rendered in one go.

use crate::messages::Message;
use crate::source::{Source, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::HashMap;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The program is compiled all the same.
    Warning,
    /// Nothing is generated.
    Error,
}

/// One finding and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: Message,
    /// Where.
    pub span: Span,
    /// Another place that matters, such as the first of two definitions, and what it is.
    pub related: Option<(Span, &'static str)>,
    /// An error that the rest of the program survives: told as a warning.
    pub tolerated: bool,
}

impl Diagnostic {
    /// Whether it keeps the program from being compiled.
    pub fn severity(&self) -> Severity {
        if self.tolerated { Severity::Warning } else { self.message.text().severity }
    }

    /// The finding as text: file, line, column, the line itself, and help.
    pub fn render(&self, sources: &[Source], colours: bool) -> String {
        render_one(self, sources, &renderer(colours))
    }

    /// The same in plain text, for those who say `error:` or `warning:` themselves.
    pub fn render_untitled(&self, sources: &[Source]) -> String {
        let rendered = self.render(sources, false);
        let title = if self.severity() == Severity::Error { "error: " } else { "warning: " };
        rendered.strip_prefix(title).unwrap_or(&rendered).to_owned()
    }
}

/// The findings of a compilation, in the order they were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a finding.
    pub fn add(&mut self, span: Span, message: Message) {
        self.0.push(Diagnostic { message, span, related: None, tolerated: false });
    }

    /// Adds a finding unless the file has the same one already: a misspelt name needs to be told once.
    pub fn add_once(&mut self, span: Span, message: Message) {
        let known = self.0.iter().any(|finding| finding.span.file == span.file && finding.message == message);
        if !known {
            self.add(span, message);
        }
    }

    /// Adds a finding that another place helps to understand.
    pub fn add_related(&mut self, span: Span, message: Message, related: Span, label: &'static str) {
        self.0.push(Diagnostic { message, span, related: Some((related, label)), tolerated: false });
    }

    /// Takes over the first findings of others, by place; answers the place of the first one left out.
    pub(crate) fn take(&mut self, mut others: Diagnostics, limit: usize) -> Option<Span> {
        others.0.sort_by_key(|finding| finding.span);
        let beyond = others.0.get(limit).map(|finding| finding.span);
        others.0.truncate(limit);
        self.0.append(&mut others.0);
        beyond
    }

    /// Takes over others, the errors among them as warnings; answers the sentence of the first error.
    pub(crate) fn tolerate(&mut self, mut others: Diagnostics) -> Option<String> {
        let first = others.0.iter().find(|finding| finding.severity() == Severity::Error).map(|finding| finding.message.text().sentence);
        others.0.iter_mut().for_each(|finding| finding.tolerated = true);
        // What a file says in many methods needs to be told once.
        let known =
            |all: &[Diagnostic], new: &Diagnostic| all.iter().any(|old| old.span.file == new.span.file && old.message == new.message);
        for finding in others.0 {
            if finding.message.text().severity == Severity::Warning || !known(&self.0, &finding) {
                self.0.push(finding);
            }
        }
        first
    }

    /// Forgets what is said twice of one place: a trait's methods are compiled for each class that uses it.
    pub(crate) fn once_each(&mut self) {
        let mut known: HashMap<Span, Vec<Message>> = HashMap::new();
        self.0.retain(|finding| {
            let messages = known.entry(finding.span).or_default();
            let is_new = !messages.contains(&finding.message);
            if is_new {
                messages.push(finding.message.clone());
            }
            is_new
        });
    }

    /// Hands out every place.
    pub(crate) fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        for finding in &mut self.0 {
            map(&mut finding.span);
            finding.related.iter_mut().for_each(|(span, _)| map(span));
        }
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity() == Severity::Error)
    }

    /// Adds what another step found.
    pub fn extend(&mut self, others: Diagnostics) {
        self.0.extend(others.0);
    }

    /// How many findings are this grave.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings by place.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|finding| finding.span);
        all
    }

    /// All findings as text: file, line, column, the line itself, and help.
    pub fn render(&self, sources: &[Source], colours: bool) -> String {
        let rendered: Vec<String> = self.sorted().into_iter().map(|finding| render_one(finding, sources, &renderer(colours))).collect();
        rendered.join("\n\n")
    }
}

fn renderer(colours: bool) -> Renderer {
    if colours { Renderer::styled() } else { Renderer::plain() }
}

fn render_one(finding: &Diagnostic, sources: &[Source], renderer: &Renderer) -> String {
    let text = finding.message.text();
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let Some(source) = sources.get(finding.span.file as usize) else {
        let group = Group::with_title(level.primary_title(text.sentence.as_str()));
        return renderer.render(&[match &text.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        }]);
    };
    let text_length = source.text.len();
    // Whatever a pass reports, only whole characters can be shown.
    let range = |span: Span| {
        let start = source.text.floor_char_boundary((span.start as usize).min(text_length));
        start..source.text.ceil_char_boundary((span.end as usize).clamp(start, text_length))
    };
    let mut snippet = Snippet::source(source.text.as_str())
        .path(source.path.as_str())
        .annotation(AnnotationKind::Primary.span(range(finding.span)).label(text.label));
    let mut elsewhere = None;
    if let Some((span, label)) = finding.related {
        if span.file == finding.span.file {
            snippet = snippet.annotation(AnnotationKind::Context.span(range(span)).label(label));
        } else if let Some(other) = sources.get(span.file as usize) {
            let (line, column) = other.line_column(span.start as usize);
            elsewhere = Some(format!("{label}: {}:{line}:{column}", other.path));
        }
    }
    let mut group: Group<'_> = level.primary_title(text.sentence.as_str()).element(snippet);
    if let Some(help) = &text.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(note) = &elsewhere {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    renderer.render(&[group])
}
