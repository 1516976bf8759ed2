//! The two sides, ready to run.

use std::path::{Path, PathBuf};

use anyhow::Context;
use plimsoll::model::{Set, Side};

use super::Args;
use super::workshop::{Revision, Workshop};
use crate::example::{Ended, Example};
use crate::signals::Signals;

/// Both sides, ready to run. What was built for them is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Bench {
    a: Contestant,
    b: Contestant,
    _workshop: Option<Workshop>,
}

/// A program with its arguments.
#[derive(Debug)]
struct Contestant {
    name: String,
    example: Example,
    arguments: Vec<String>,
    /// What it was built from, if it was built here.
    revision: Option<Revision>,
}

impl Bench {
    /// Builds what has to be built; `None` when the user asked to stop.
    pub(super) async fn set_up(args: &Args, signals: &mut Signals) -> anyhow::Result<Option<Bench>> {
        if let (Some(a), Some(b)) = (&args.a, &args.b) {
            let (a, b) = (Contestant::named(a, args)?, Contestant::named(b, args)?);
            return Ok(Some(Bench { a, b, _workshop: None }));
        }
        let against =
            args.against.as_deref().context("name a side: --against REV, or --a CMD and --b CMD")?;
        let workshop = Workshop::open(&crate::root()?)?;
        let revisions = [(against, workshop.revision(against)?), ("here", workshop.here()?)];
        let mut sides = Vec::new();
        for (side, (name, revision)) in ["a", "b"].into_iter().zip(revisions) {
            let built = workshop.build(side, &revision, &args.example, signals).await;
            let built = built.with_context(|| format!("side {side} ({name})"))?;
            let Some(example) = built else { return Ok(None) };
            let arguments = args.arguments.clone();
            sides.push(Contestant { name: name.to_owned(), example, arguments, revision: Some(revision) });
        }
        workshop.tidy_up();
        let [a, b] = <[Contestant; 2]>::try_from(sides).ok().context("there are two sides")?;
        Ok(Some(Bench { a, b, _workshop: Some(workshop) }))
    }

    /// Whether both sides are the same program, byte for byte, started in the same way.
    pub(super) fn is_of_equals(&self) -> bool {
        let program = |side: &Contestant| std::fs::read(side.example.program()).ok();
        self.a.arguments == self.b.arguments
            && program(&self.a).is_some_and(|bytes| Some(bytes) == program(&self.b))
    }

    /// What reports call a side.
    pub(super) fn name(&self, side: Side) -> &str {
        &self.side(side).name
    }

    /// Measures a side once, in a process of its own.
    pub(super) async fn replicate(
        &self,
        side: Side,
        out: &Path,
        signals: &mut Signals,
    ) -> anyhow::Result<Ended> {
        let contestant = self.side(side);
        let mut arguments = contestant.arguments.clone();
        arguments.extend(["--progress", "none"].map(str::to_owned));
        let ended = contestant.example.run(&arguments, &folder(out, side), signals).await?;
        Ok(match ended {
            Ended::Done(set) => Ended::Done(Box::new(contestant.signed(*set))),
            other => other,
        })
    }

    fn side(&self, side: Side) -> &Contestant {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }
}

impl Contestant {
    fn named(command: &str, args: &Args) -> anyhow::Result<Contestant> {
        let (example, words) = Example::from_words(command)?;
        let arguments = words.into_iter().chain(args.arguments.iter().cloned()).collect();
        Ok(Contestant { name: command.to_owned(), example, arguments, revision: None })
    }

    /// The set with the source that it was really built from: the program sees only the folder that it runs in.
    fn signed(&self, mut set: Set) -> Set {
        set.environment.git_revision = self.revision.as_ref().map(|revision| revision.name.clone());
        set.environment.git_dirty = self.revision.as_ref().map(|revision| revision.is_dirty);
        set
    }
}

fn folder(out: &Path, side: Side) -> PathBuf {
    out.join("parts").join(match side {
        Side::A => "a",
        Side::B => "b",
    })
}
