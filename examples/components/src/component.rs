//! What is measured, and what it may take.

use std::fmt::{self, Display};

use clap::ValueEnum;
use plimsoll::model::PlanError;
use plimsoll::{Condition, Profile};

/// A component of the query service, or all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Component {
    /// Questions become vectors, some at a time
    Embedding,
    /// The nearest of all passages
    Search,
    /// Logging in and asking, over HTTP
    Api,
    /// The answer of a language model, which is a stand-in
    Llm,
    /// Embedding, search and answer, one after the other
    #[value(name = "end_to_end", alias = "end-to-end")]
    EndToEnd,
}

impl Component {
    /// All of them, the quick ones first.
    pub const ALL: [Component; 5] =
        [Component::Embedding, Component::Search, Component::Api, Component::Llm, Component::EndToEnd];

    /// Its name, by which targets know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Component::Embedding => "embedding",
            Component::Search => "search",
            Component::Api => "api",
            Component::Llm => "llm",
            Component::EndToEnd => "end_to_end",
        }
    }

    /// The workload's name in results.
    #[must_use]
    pub fn workload(self) -> String {
        format!("components/{}", self.name())
    }

    /// Calls that are measured unless the user says otherwise. A p99 is bounded from 368 on, which is nothing where a
    /// call is quick; twenty answers of a language model take long enough.
    #[must_use]
    pub fn samples(self) -> u64 {
        match self {
            Component::Embedding | Component::Search | Component::Api => 400,
            Component::Llm | Component::EndToEnd => 20,
        }
    }

    /// What must hold: the p99 within its limit, and hardly a call that fails.
    ///
    /// # Errors
    /// None: the conditions are valid.
    pub fn conditions(self) -> Result<[Condition; 2], <Condition as std::str::FromStr>::Err> {
        let limit = match self {
            Component::Embedding => "200ms",
            Component::Search => "500ms",
            Component::Api => "100ms",
            Component::Llm | Component::EndToEnd => "5s",
        };
        let name = self.name();
        Ok([format!("p99({name}) < {limit}").parse()?, format!("error_rate({name}) <= 1%").parse()?])
    }

    /// So many calls: one after the other, but of what mostly waits four at a time.
    ///
    /// # Errors
    /// When there are no calls.
    pub fn offered(self, samples: u64) -> Result<Profile, PlanError> {
        let users = match self {
            Component::Llm | Component::EndToEnd => 4,
            Component::Embedding | Component::Search | Component::Api => 1,
        };
        Profile::iterations(samples.min(users), samples)
    }
}

impl Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
