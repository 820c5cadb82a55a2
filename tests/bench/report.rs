//! The table at the end.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::machine::Machine;
use crate::site::Backend;

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Worth knowing; nothing was promised.
    None,
}

impl Target {
    fn is_met(self, measured: f64) -> Option<bool> {
        match self {
            Self::AtMost(limit) => Some(measured <= limit),
            Self::AtLeast(limit) => Some(measured >= limit),
            Self::None => None,
        }
    }

    fn text(self, unit: &str) -> String {
        match self {
            Self::AtMost(limit) => format!("<= {}", amount(limit, unit)),
            Self::AtLeast(limit) => format!(">= {}", amount(limit, unit)),
            Self::None => String::new(),
        }
    }
}

struct Figure {
    backend: Backend,
    name: String,
    target: Target,
    measured: f64,
    unit: &'static str,
}

/// Figures, and the sentences that go with them.
#[derive(Default)]
pub struct Report {
    figures: Vec<Figure>,
    notes: Vec<String>,
}

impl Report {
    pub fn figure(
        &mut self,
        backend: Backend,
        name: impl Into<String>,
        target: Target,
        measured: f64,
        unit: &'static str,
    ) {
        let name = name.into();
        eprintln!("  {backend}: {name}: {}", amount(measured, unit));
        self.figures.push(Figure { backend, name, target, measured, unit });
    }

    pub fn note(&mut self, backend: Backend, text: impl AsRef<str>) {
        let text = format!("{backend}: {}", text.as_ref());
        eprintln!("  {text}");
        self.notes.push(text);
    }

    pub fn trouble(&mut self, backend: Backend, error: &anyhow::Error) {
        self.note(backend, format!("NOT MEASURED: {error:#}"));
    }

    pub fn to_text(&self, machine: &Machine) -> String {
        let mut rows: Vec<[String; 5]> = vec![["measured", "database", "target", "is", "met"].map(str::to_owned)];
        for figure in &self.figures {
            let met = match figure.target.is_met(figure.measured) {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            };
            rows.push([
                figure.name.clone(),
                figure.backend.to_string(),
                figure.target.text(figure.unit),
                amount(figure.measured, figure.unit),
                met.to_owned(),
            ]);
        }
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3].map(width);
        let mut text = String::from("\n");
        for [name, database, target, is, met] in &rows {
            let [a, b, c, d] = widths;
            let line = format!("{name:<a$}  {database:<b$}  {target:>c$}  {is:>d$}  {met}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        let _ = writeln!(text, "\n{}", machine.text());
        text
    }

    pub fn to_json(&self, machine: &Machine) -> Value {
        let figures: Vec<Value> = self
            .figures
            .iter()
            .map(|figure| {
                json!({
                    "name": figure.name,
                    "database": figure.backend.to_string(),
                    "target": figure.target.text(figure.unit),
                    "measured": figure.measured,
                    "unit": figure.unit,
                    "met": figure.target.is_met(figure.measured),
                })
            })
            .collect();
        json!({ "figures": figures, "notes": self.notes, "machine": machine.json() })
    }
}

/// A number as people read it: two digits when small, none when large.
fn amount(value: f64, unit: &str) -> String {
    let number = if value == 0.0 || value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    };
    format!("{number} {unit}").trim_end().to_owned()
}

/// The value below which a part of the sorted values lies: 0.5 is the median.
pub fn percentile<T: Copy>(sorted: &[T], part: f64) -> Option<T> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let index = ((sorted.len() as f64 * part).ceil() as usize).saturating_sub(1);
    sorted.get(index).copied()
}
