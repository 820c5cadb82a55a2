use std::collections::BTreeSet;

/// Names that must not stand in somebody's note.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeSet<Vec<String>>);

impl Names {
    /// The names of others, and each of their words that is none of the client's own names.
    pub fn of_others<'a>(others: impl IntoIterator<Item = &'a str>, own: &[&str]) -> Self {
        let own: BTreeSet<String> = own.iter().flat_map(|name| words(name)).collect();
        let mut found = BTreeSet::new();
        for name in others {
            let all = words(name);
            for word in all.iter().filter(|word| word.chars().count() >= 3 && !own.contains(*word)) {
                found.insert(vec![word.clone()]);
            }
            // A short name, or one whose words are the client's too, is told by the whole of it.
            if !all.is_empty() && all.iter().any(|word| !own.contains(word)) {
                found.insert(all);
            }
        }
        Self(found)
    }

    /// Does one of them stand there, in whole words? Capitals count: Will is a name, will is not.
    pub fn stand_in(&self, text: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let words = words(text);
        self.0.iter().any(|name| words.windows(name.len()).any(|window| window == name.as_slice()))
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_whole_words() {
        let names = Names::of_others(["Ana Lucía Reyes", "Will", "Bo"], &["Mia Reyes"]);
        for text in ["With Ana's help", "(Lucía)", "Will came", "Bo spoke", "Ana Lucía Reyes"] {
            assert!(names.stand_in(text), "{text}");
        }
        for text in ["She will come", "Banana", "Reyes family", "Anas", "nobody", "", "Bob"] {
            assert!(!names.stand_in(text), "{text}");
        }
        assert!(!Names::default().stand_in("Ana"));
        assert!(!Names::of_others(["Mia"], &["Mia Reyes"]).stand_in("Mia spoke"), "her own name");
    }
}
