//! What is put under load.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use plimsoll_model::CustomMetricKind;

use crate::lane::Course;
use crate::user::{self, UserWorkload};
use crate::{Context, IntoOutcome};

/// Something that can be done again and again. Any `Fn(Context) -> impl Future` is one.
pub trait Workload: Send + Sync + 'static {
    /// One execution.
    type Iteration: Future<Output: IntoOutcome> + Send + 'static;

    /// Begins one execution. It is polled at once, on the thread that carries the load.
    fn iterate(&self, cx: Context) -> Self::Iteration;
}

impl<F, Fut> Workload for F
where
    F: Fn(Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoOutcome> + Send + 'static,
{
    type Iteration = Fut;

    fn iterate(&self, cx: Context) -> Fut {
        self(cx)
    }
}

/// A workload with a name.
#[derive(Clone)]
pub struct Operation {
    name: String,
    steps: Vec<String>,
    checks: Vec<String>,
    metrics: Vec<(CustomMetricKind, String)>,
    has_users: bool,
    make_slot: Arc<dyn Fn() -> Pin<Box<dyn Slot>> + Send + Sync>,
}

/// An operation from a closure.
///
/// ```
/// use plimsoll_load::{Outcome, op};
///
/// let quick = op("quick", |_cx| async {});
/// let fallible = op("fallible", |cx| async move { if cx.iteration() % 100 == 0 { Err("unlucky") } else { Ok(()) } });
/// let detailed = op("detailed", |_cx| async { Outcome::ok().items(12) });
/// ```
pub fn op<F, Fut>(name: impl Into<String>, iterate: F) -> Operation
where
    F: Fn(Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoOutcome> + Send + 'static,
{
    Operation::new(name, iterate)
}

impl Operation {
    /// A workload with a name. For closures, [`op`] needs no type annotations.
    pub fn new<W: Workload>(name: impl Into<String>, workload: W) -> Operation {
        let workload = Arc::new(workload);
        let make_slot = move || -> Pin<Box<dyn Slot>> {
            Box::pin(WorkloadSlot { workload: Arc::clone(&workload), iteration: None })
        };
        Operation::of_slots(name.into(), false, make_slot)
    }

    /// A workload whose users hold something each, such as a session; see [`UserWorkload`].
    pub fn of_users<W: UserWorkload>(name: impl Into<String>, workload: W) -> Operation {
        let workload = Arc::new(workload);
        Operation::of_slots(name.into(), true, move || user::slot(Arc::clone(&workload)))
    }

    fn of_slots(
        name: String,
        has_users: bool,
        make_slot: impl Fn() -> Pin<Box<dyn Slot>> + Send + Sync + 'static,
    ) -> Operation {
        let make_slot = Arc::new(make_slot);
        Operation { name, steps: Vec::new(), checks: Vec::new(), metrics: Vec::new(), has_users, make_slot }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says which [steps](crate::Outcome::step) it reports, so that conditions can be about them. A condition
    /// about a step that nobody has named is a mistake that is found before the run.
    #[must_use]
    pub fn steps<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Operation {
        self.steps.extend(names.into_iter().map(Into::into));
        self
    }

    /// The steps that it has said it reports.
    #[must_use]
    pub fn step_names(&self) -> &[String] {
        &self.steps
    }

    /// Says which [checks](crate::Outcome::check) it makes, so that conditions can be about them.
    #[must_use]
    pub fn checks<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Operation {
        self.checks.extend(names.into_iter().map(Into::into));
        self
    }

    /// The checks that it has said it makes.
    #[must_use]
    pub fn check_names(&self) -> &[String] {
        &self.checks
    }

    /// Says that it reports a metric of its own, so that conditions can be about it: a
    /// [counter](crate::Outcome::count), [gauge](crate::Outcome::gauge), [rate](crate::Outcome::rate) or
    /// [trend](crate::Outcome::trend).
    #[must_use]
    pub fn metric(mut self, kind: CustomMetricKind, name: impl Into<String>) -> Operation {
        self.metrics.push((kind, name.into()));
        self
    }

    /// The names of the metrics of a kind that it has said it reports.
    pub fn metric_names(&self, kind: CustomMetricKind) -> impl Iterator<Item = &str> {
        self.metrics.iter().filter(move |(of, _)| *of == kind).map(|(_, name)| name.as_str())
    }

    /// Whether its users hold something each.
    pub(crate) fn has_users(&self) -> bool {
        self.has_users
    }

    /// A place in which it can be executed, one execution at a time.
    pub(crate) fn make_slot(&self) -> Pin<Box<dyn Slot>> {
        (self.make_slot)()
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A place for one execution at a time. Its memory is used again: an execution allocates nothing of ours.
pub(crate) trait Slot: Send {
    /// Goes on with the execution of a course, and with those that follow on it here.
    fn go_on(self: Pin<&mut Self>, cx: &mut task::Context<'_>, course: &mut Course<'_>);
    /// Gives it up, or what is left of it.
    fn clear(self: Pin<&mut Self>);
    /// Begins to let go of what its user holds. False when that is nothing.
    fn begin_tear_down(self: Pin<&mut Self>) -> bool {
        false
    }
    /// Goes on with letting go.
    fn tear_down(self: Pin<&mut Self>, _cx: &mut task::Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

pin_project_lite::pin_project! {
    struct WorkloadSlot<W: Workload> {
        workload: Arc<W>,
        #[pin]
        iteration: Option<W::Iteration>,
    }
}

impl<W: Workload> Slot for WorkloadSlot<W> {
    fn go_on(self: Pin<&mut Self>, cx: &mut task::Context<'_>, course: &mut Course<'_>) {
        let mut this = self.project();
        loop {
            if this.iteration.is_none() {
                let Some(context) = course.context() else { return };
                // Here, so that a panic of the workload itself is one of the execution.
                this.iteration.set(Some(this.workload.iterate(context)));
            }
            let Some(iteration) = this.iteration.as_mut().as_pin_mut() else { return };
            let Poll::Ready(output) = iteration.poll(cx) else { return course.wait() };
            let outcome = output.into_outcome();
            // Part of the execution as well: it may take its time, or panic.
            this.iteration.set(None);
            if !course.end(outcome.ending(), &outcome) {
                return;
            }
        }
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().iteration.set(None);
    }
}
