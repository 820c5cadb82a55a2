//! Comma-separated values that spreadsheets can open without doing anything (RFC 4180, OWASP "CSV injection").

/// One line of cells, each in quotes. What a spreadsheet would take for a formula gets an apostrophe before it.
pub fn line(cells: &[String]) -> String {
    let mut text = String::new();
    for (index, cell) in cells.iter().enumerate() {
        text.push_str(if index == 0 { "\"" } else { ",\"" });
        if starts_a_formula(cell) {
            text.push('\'');
        }
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
    text
}

/// Programs look past leading blanks, and some read full-width signs like plain ones.
fn starts_a_formula(cell: &str) -> bool {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        line(&[text.to_owned()])
    }

    #[test]
    fn formulas_are_only_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "=cmd|' /C calc'!A0"] {
            assert!(cell(text).starts_with("\"'"), "{text:?}: {}", cell(text));
        }
        assert_eq!(cell("Ana = Ben"), "\"Ana = Ben\"\r\n");
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_cell() {
        assert_eq!(line(&["a\"b".into(), "c,d".into(), "e\r\nf".into()]), "\"a\"\"b\",\"c,d\",\"e\r\nf\"\r\n");
        assert_eq!(cell("\",=1+1"), "\"\"\",=1+1\"\r\n");
    }
}
