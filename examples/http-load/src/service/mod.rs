//! The built-in service: a clinic's records, behind a login.
//!
//! | route | what it does |
//! |---|---|
//! | `POST /login` | gives a role its token |
//! | `GET /items?page=N` | a page of the records that the role may see |
//! | `POST /query` | looks a question up in a patient's records |
//! | `GET /health` | says that it is there |

mod records;
mod routes;

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::inject::Inject;
pub use routes::Role;

/// The service, on threads of its own, on a free port of this machine.
///
/// Ends when it is dropped.
#[derive(Debug)]
pub struct Service {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    /// Starts the service.
    ///
    /// # Errors
    /// When the system gives it no thread or no port.
    pub fn start(inject: Inject) -> std::io::Result<Service> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (told, tell) = mpsc::channel();
        let serve = move || {
            let workers = thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
            let runtime = Builder::new_multi_thread().worker_threads(workers).enable_all().build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => return drop(told.send(Err(error))),
            };
            runtime.block_on(async {
                let listener = match listen().await {
                    Ok((listener, address)) => {
                        drop(told.send(Ok(address)));
                        listener
                    }
                    Err(error) => return drop(told.send(Err(error))),
                };
                tokio::select! {
                    _ = axum::serve(listener, routes::router(inject)) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("service".to_owned()).spawn(serve)?;
        let address = tell.recv().map_err(|_| std::io::Error::other("the service's thread has ended"))??;
        Ok(Service { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let (Some(stop), Some(thread)) = (self.stop.take(), self.thread.take()) {
            // It may have ended by itself.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

async fn listen() -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
