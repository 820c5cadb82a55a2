use serde::{Deserialize, Serialize};

/// What a process is asked to do. A job names work, never its contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    DeliverDue,
    Plan,
    /// Calendar files that wait.
    Import,
}

impl Task {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeliverDue => "deliver_due",
            Self::Plan => "plan",
            Self::Import => "import",
        }
    }
}

/// A job as it lies in the queue. It reads from any JSON object: one that cannot be read would end the worker, and come
/// back for ever.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    pub v: u32,
    pub task: String,
}

impl Job {
    pub fn new(task: Task) -> Self {
        Self { v: 1, task: task.as_str().to_owned() }
    }

    /// The task, if this program knows it. Unknown ones are of another version and are let go.
    pub fn task(&self) -> Option<Task> {
        [Task::DeliverDue, Task::Plan, Task::Import].into_iter().find(|task| self.v == 1 && task.as_str() == self.task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_object_reads_and_only_known_tasks_run() {
        for (text, task) in [
            (r#"{"v":1,"task":"deliver_due"}"#, Some(Task::DeliverDue)),
            (r#"{"v":1,"task":"plan","more":[1]}"#, Some(Task::Plan)),
            (r#"{"v":2,"task":"plan"}"#, None),
            (r"{}", None),
        ] {
            let job: Job = serde_json::from_str(text).expect("reads");
            assert_eq!(job.task(), task, "{text}");
        }
    }
}
