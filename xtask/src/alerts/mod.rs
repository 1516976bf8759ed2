//! Telling people that results became worse, without telling them twice.
//!
//! [`of`] says what a result gives cause for. A [`Ledger`] remembers what stands, from one result to the next, and who
//! was told of it. A [`Courier`] tells each [`Destination`] what it does not know yet: that something is wrong, once,
//! and once that it is over. What cannot be delivered is tried again, ever more rarely, and holds up nothing else.

mod alert;
mod courier;
mod destination;
mod ledger;
mod message;

pub(crate) use alert::is_incomparable;
pub use alert::{Alert, Grade, of};
pub use courier::Courier;
pub use destination::{Destination, VARIABLES, from_environment};
pub use ledger::{Ledger, State};
pub use message::{Message, Status};
