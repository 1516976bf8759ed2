//! Users that hold something from one iteration to the next.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use crate::lane::Course;
use crate::operation::Slot;
use crate::{Context, Failure, IntoOutcome, Outcome};

/// A workload whose users hold something each: a session, a token, a connection.
///
/// A user is set up when it is to do its first iteration, and torn down when it has done its last: when it goes, or
/// when the run ends, within the drain. Neither is in any latency; an iteration counts from the end of its user's
/// set-up. A set-up that fails is the failure of the iteration it was for, and is tried again for the next one. A panic or
/// a timeout loses what the user held, without tear-down, and the user is set up anew.
///
/// Users are those of closed models. Set-up takes its part of the time, though: let a warm-up have it, or the result
/// says so.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_load::{Context, Failure, Load, Operation, Outcome, UserWorkload};
/// use plimsoll_model::Profile;
///
/// struct Shop;
///
/// struct Customer {
///     token: u64,
///     bought: u64,
/// }
///
/// impl UserWorkload for Shop {
///     type User = Customer;
///
///     async fn set_up(&self, cx: Context) -> Result<Customer, Failure> {
///         cx.sleep(Duration::from_secs(1)).await; // to log in
///         Ok(Customer { token: cx.user(), bought: 0 })
///     }
///
///     async fn iterate(&self, customer: &mut Customer, cx: Context) -> Result<Outcome, Failure> {
///         cx.sleep(Duration::from_millis(10)).await;
///         customer.bought += 1;
///         Ok(Outcome::ok().check("still logged in", customer.token == cx.user()))
///     }
///
///     async fn tear_down(&self, customer: Customer) {
///         assert_eq!(customer.bought, 200 + 500); // and log out
///     }
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let run = Load::new("shop")
///     .operation(Operation::of_users("buy", Shop))
///     .warm_up(Profile::users(20, Duration::from_secs(3)))
///     .measure(Profile::users(20, Duration::from_secs(5)))
///     .virtual_time()
///     .run()
///     .await?;
/// assert_eq!(run.scenarios[0].counts.ok, 20 * 500);
/// assert_eq!(run.scenarios[0].latency.response.max_ns / 100_000, 100); // ten milliseconds
/// # Ok::<(), plimsoll_load::LoadError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait UserWorkload: Send + Sync + 'static {
    /// What a user holds.
    type User: Send + 'static;

    /// Makes a user: logs in, opens a connection. `cx` is that of the iteration it is for.
    fn set_up(&self, cx: Context) -> impl Future<Output = Result<Self::User, Failure>> + Send;

    /// One iteration of a user.
    fn iterate(
        &self,
        user: &mut Self::User,
        cx: Context,
    ) -> impl Future<Output = Result<Outcome, Failure>> + Send;

    /// Lets a user go: logs out, closes. Nothing unless said otherwise.
    fn tear_down(&self, user: Self::User) -> impl Future<Output = ()> + Send {
        async move { drop(user) }
    }
}

/// A place for the iterations of one user at a time.
pub(crate) fn slot<W: UserWorkload>(workload: Arc<W>) -> Pin<Box<dyn Slot>> {
    Box::pin(UserSlot {
        workload,
        user: None,
        stage: Stage::Idle,
        set_up: set_up::<W>,
        iterate: iterate::<W>,
        tear_down: tear_down::<W>,
    })
}

async fn set_up<W: UserWorkload>(workload: Arc<W>, cx: Context) -> Result<W::User, Failure> {
    workload.set_up(cx).await
}

/// What the user holds goes into its iteration and comes back with the outcome, so that nothing is boxed.
async fn iterate<W: UserWorkload>(workload: Arc<W>, mut user: W::User, cx: Context) -> (W::User, Outcome) {
    let outcome = workload.iterate(&mut user, cx).await.into_outcome();
    (user, outcome)
}

async fn tear_down<W: UserWorkload>(workload: Arc<W>, user: W::User) {
    workload.tear_down(user).await;
}

pin_project_lite::pin_project! {
    /// The place, with the three functions that make its futures.
    struct UserSlot<W: UserWorkload, S, I, T> {
        workload: Arc<W>,
        // `None` before the set-up, and while the user is in its iteration.
        user: Option<W::User>,
        #[pin]
        stage: Stage<S, I, T>,
        set_up: fn(Arc<W>, Context) -> S,
        iterate: fn(Arc<W>, W::User, Context) -> I,
        tear_down: fn(Arc<W>, W::User) -> T,
    }
}

pin_project_lite::pin_project! {
    /// What a user is doing.
    #[project = StageProjection]
    enum Stage<S, I, T> {
        Idle,
        SetsUp { #[pin] setting_up: S },
        Iterates { #[pin] iteration: I },
        TearsDown { #[pin] tearing_down: T },
    }
}

impl<W, S, I, T> Slot for UserSlot<W, S, I, T>
where
    W: UserWorkload,
    S: Future<Output = Result<W::User, Failure>> + Send,
    I: Future<Output = (W::User, Outcome)> + Send,
    T: Future<Output = ()> + Send,
{
    fn go_on(self: Pin<&mut Self>, cx: &mut task::Context<'_>, course: &mut Course<'_>) {
        let mut this = self.project();
        loop {
            let outcome = match this.stage.as_mut().project() {
                StageProjection::Idle => {
                    let Some(context) = course.context() else { return };
                    let workload = Arc::clone(this.workload);
                    let stage = match this.user.take() {
                        Some(user) => Stage::Iterates { iteration: (this.iterate)(workload, user, context) },
                        None => Stage::SetsUp { setting_up: (this.set_up)(workload, context) },
                    };
                    this.stage.set(stage);
                    continue;
                }
                StageProjection::SetsUp { setting_up } => {
                    let Poll::Ready(user) = setting_up.poll(cx) else { return course.wait() };
                    this.stage.set(Stage::Idle);
                    match user {
                        Ok(user) => {
                            *this.user = Some(user);
                            course.count_from_now();
                            continue;
                        }
                        Err(Failure { kind, message }) => Outcome::fail(format!("set-up: {kind}"), message),
                    }
                }
                StageProjection::Iterates { iteration } => {
                    let Poll::Ready((user, outcome)) = iteration.poll(cx) else { return course.wait() };
                    this.stage.set(Stage::Idle);
                    *this.user = Some(user);
                    outcome
                }
                StageProjection::TearsDown { .. } => return,
            };
            if !course.end(outcome.ending(), &outcome) {
                return;
            }
        }
    }

    fn clear(self: Pin<&mut Self>) {
        let mut this = self.project();
        this.stage.set(Stage::Idle);
        *this.user = None;
    }

    fn begin_tear_down(self: Pin<&mut Self>) -> bool {
        let mut this = self.project();
        let Some(user) = this.user.take() else { return false };
        this.stage.set(Stage::TearsDown { tearing_down: (this.tear_down)(Arc::clone(this.workload), user) });
        true
    }

    fn tear_down(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if let StageProjection::TearsDown { tearing_down } = this.stage.as_mut().project() {
            task::ready!(tearing_down.poll(cx));
            this.stage.set(Stage::Idle);
        }
        Poll::Ready(())
    }
}
