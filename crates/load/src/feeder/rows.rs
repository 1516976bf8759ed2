//! Handing out rows.

use std::fmt::{self, Debug};
use std::ops::Deref;
use std::sync::Arc;

use plimsoll_model::PlanError;

use super::order::{Asker, AtEnd, Order};
use crate::Context;
use crate::random::salt;

/// Rows of test data, handed out one for each iteration.
///
/// In the order in which they stand unless said otherwise: iteration k of a phase gets row k, and after the last
/// the first again. The operations of a mix count together: each sees the rows of its own iterations only, so
/// give a mix [shuffled](Feeder::shuffled) rows. A copy of a feeder shares its rows.
///
/// ```
/// use plimsoll_load::{Feeder, Load, op};
/// use plimsoll_model::Profile;
///
/// #[derive(serde::Deserialize)]
/// struct Account {
///     name: String,
///     orders: u64,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let accounts: Feeder<Account> = Feeder::csv("accounts.csv", "name,orders\nada,3\ngrace,5\n")?;
/// let run = Load::new("log in")
///     .operation(op("log in", move |cx| {
///         let account = accounts.row(&cx);
///         async move {
///             let account = account?;
///             if account.name == "grace" { assert_eq!(account.orders, 5) }
///             Ok::<(), plimsoll_load::OutOfData>(())
///         }
///     }))
///     .measure(Profile::iterations(2, 10))
///     .run()
///     .await?;
/// assert_eq!(run.scenarios[0].counts.ok, 10);
/// # Ok(()) })
/// # }
/// ```
pub struct Feeder<T> {
    name: Arc<str>,
    salt: u64,
    rows: Arc<[T]>,
    order: Order,
    at_end: AtEnd,
}

/// A row of test data. It keeps the rows alive, so that it can be taken along into an iteration.
pub struct Row<T> {
    rows: Arc<[T]>,
    index: usize,
}

/// No row is left for an iteration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{feeder} is out of data: each of its {rows} rows was handed out")]
pub struct OutOfData {
    feeder: Arc<str>,
    rows: usize,
}

impl<T> Feeder<T> {
    /// Rows that are in memory already. The name is for errors, and tells the feeder from others that draw from
    /// the same seed.
    ///
    /// # Errors
    /// There must be at least one row.
    pub fn new(name: &str, rows: impl IntoIterator<Item = T>) -> Result<Feeder<T>, PlanError> {
        let rows: Arc<[T]> = rows.into_iter().collect();
        if rows.is_empty() {
            return Err(PlanError::new(format!("number of rows of {name}"), 0, "at least 1"));
        }
        let order = Order::Sequential;
        Ok(Feeder { name: name.into(), salt: salt(name), rows, order, at_end: order.usual_end() })
    }

    /// In a random order, fixed by the run's seed, and in another one each time the rows begin again.
    #[must_use]
    pub fn shuffled(self) -> Feeder<T> {
        self.in_order(Order::Shuffled)
    }

    /// Drawn at random for each iteration, fixed by the run's seed. A row may come again at once; there is no end.
    #[must_use]
    pub fn random(self) -> Feeder<T> {
        self.in_order(Order::Random)
    }

    /// User n keeps row n for all of its iterations, and shares it with nobody: users beyond the last row get
    /// [`OutOfData`]. In an open model each arrival is a user of its own.
    #[must_use]
    pub fn unique_per_user(self) -> Feeder<T> {
        self.in_order(Order::UniquePerUser)
    }

    /// What happens when an iteration asks for a row and none is left.
    ///
    /// ```
    /// use plimsoll_load::{AtEnd, Feeder, Load};
    ///
    /// let load = Load::new("register");
    /// let once = AtEnd::Stop(load.stop_handle());
    /// let addresses = Feeder::new("addresses", ["ada@example.org", "grace@example.org"])?.at_end(once);
    /// assert_eq!(addresses.len(), 2);
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    #[must_use]
    pub fn at_end(self, at_end: AtEnd) -> Feeder<T> {
        Feeder { at_end, ..self }
    }

    /// How many rows there are; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a feeder without rows cannot be made")]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// All rows, in the order in which they stand: to look at them before a run.
    #[must_use]
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The row for an iteration: the same one whenever it asks.
    ///
    /// # Errors
    /// When none is left, and the rows are not to begin again.
    pub fn row(&self, cx: &Context) -> Result<Row<T>, OutOfData> {
        let rows = self.rows.len() as u64;
        let asker = Asker { seed: cx.seed, user: cx.user, iteration: cx.iteration };
        let turn = self.order.turn(asker);
        match &self.at_end {
            AtEnd::Repeat => {}
            AtEnd::Fail => self.refuse_beyond(turn)?,
            AtEnd::Stop(stop) => {
                if turn.is_some_and(|turn| turn + 1 >= rows) {
                    stop.finish();
                }
                self.refuse_beyond(turn)?;
            }
        }
        let index = usize::try_from(self.order.pick(asker, rows, self.salt)).unwrap_or(0);
        Ok(Row { rows: Arc::clone(&self.rows), index })
    }

    fn refuse_beyond(&self, turn: Option<u64>) -> Result<(), OutOfData> {
        if turn.is_some_and(|turn| turn >= self.rows.len() as u64) {
            return Err(OutOfData { feeder: Arc::clone(&self.name), rows: self.rows.len() });
        }
        Ok(())
    }

    fn in_order(self, order: Order) -> Feeder<T> {
        Feeder { order, at_end: order.usual_end(), ..self }
    }
}

impl<T> Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.rows[self.index]
    }
}

impl<T> Clone for Feeder<T> {
    fn clone(&self) -> Self {
        Feeder {
            name: Arc::clone(&self.name),
            salt: self.salt,
            rows: Arc::clone(&self.rows),
            order: self.order,
            at_end: self.at_end.clone(),
        }
    }
}

impl<T> Debug for Feeder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rows may hold passwords.
        f.debug_struct("Feeder")
            .field("name", &self.name)
            .field("rows", &self.rows.len())
            .field("order", &self.order)
            .field("at_end", &self.at_end)
            .finish_non_exhaustive()
    }
}

impl<T> Debug for Row<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("index", &self.index).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_metrics::{Clock, Timeline};

    use super::*;

    fn context(user: u64, iteration: u64) -> Context {
        Context {
            user,
            iteration,
            intended: 0,
            started: 0,
            seed: 5,
            tenant: 0,
            timeline: Timeline::start(Clock::System),
        }
    }

    #[test]
    fn handing_out_a_row_allocates_nothing() {
        let rows = || Feeder::new("rows", ["a", "b", "c"].map(str::to_owned)).unwrap();
        let feeders = [rows(), rows().shuffled(), rows().random(), rows().unique_per_user()];
        let cx = context(1, 77);
        let allocations = allocation_counter::measure(|| {
            for feeder in &feeders {
                assert_eq!(feeder.row(&cx).map(|row| row.len()), Ok(1));
            }
        });
        assert_eq!(allocations.count_total, 0);
    }

    #[test]
    fn a_user_keeps_its_row_and_one_without_fails() {
        let rows = Feeder::new("patients", ["a", "b"]).unwrap().unique_per_user();
        let row = |user, iteration| rows.row(&context(user, iteration)).map(|row| *row);
        assert_eq!([row(1, 0), row(1, 9), row(0, 4)], [Ok("b"), Ok("b"), Ok("a")]);
        let error = row(2, 0).unwrap_err();
        assert_eq!(error.to_string(), "patients is out of data: each of its 2 rows was handed out");
    }

    #[test]
    fn what_a_row_holds_is_not_shown() {
        let secret = Feeder::new("accounts", ["hunter2"]).unwrap();
        let row = secret.row(&context(0, 0)).unwrap();
        assert!(!format!("{secret:?} {row:?}").contains("hunter2"));
    }
}
