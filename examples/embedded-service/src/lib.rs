//! A small print shop as a service: each tenant has so many presses, and prints on no others.
//!
//! This is what a service crate looks like that has its load tests among its own tests: see `tests/load.rs`. The
//! library knows nothing of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The shop: presses of each tenant, and what is under way on them.
#[derive(Debug)]
pub struct Shop {
    presses: Vec<Semaphore>,
    under_way: AtomicUsize,
}

impl Shop {
    /// A shop with so many presses for each of so many tenants.
    #[must_use]
    pub fn new(tenants: usize, presses: usize) -> Shop {
        let presses = (0..tenants).map(|_| Semaphore::new(presses)).collect();
        Shop { presses, under_way: AtomicUsize::new(0) }
    }

    /// Prints something of a tenant: waits for one of its presses, then for the work on it.
    ///
    /// # Errors
    /// When nobody knows the tenant.
    pub async fn print(&self, tenant: usize, work: impl Future<Output = ()>) -> Result<(), UnknownTenant> {
        let presses = self.presses.get(tenant).ok_or(UnknownTenant(tenant))?;
        let _counted = Counted::new(&self.under_way);
        let _press = presses.acquire().await.map_err(|_| UnknownTenant(tenant))?;
        work.await;
        Ok(())
    }

    /// How much is under way or waits.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Presses of a tenant that nobody works at.
    #[must_use]
    pub fn idle_presses(&self, tenant: usize) -> usize {
        self.presses.get(tenant).map_or(0, Semaphore::available_permits)
    }
}

/// Nobody knows this tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTenant(pub usize);

impl std::fmt::Display for UnknownTenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unknown tenant")
    }
}

/// Counts as long as it lives, so that what is given up counts no longer.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Counted<'a> {
        count.fetch_add(1, Ordering::Relaxed);
        Counted(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The shop over HTTP: `POST /print/TENANT`.
pub fn router(shop: Arc<Shop>) -> Router {
    Router::new().route("/print/{tenant}", post(print)).with_state(shop)
}

async fn print(State(shop): State<Arc<Shop>>, Path(tenant): Path<usize>) -> Result<&'static str, StatusCode> {
    /// How long a page takes.
    const PAGE: Duration = Duration::from_millis(5);
    let printed = shop.print(tenant, tokio::time::sleep(PAGE)).await;
    printed.map(|()| "printed").map_err(|_| StatusCode::NOT_FOUND)
}

/// Serves the shop on a free port of this machine, on the caller's runtime, and gives its address.
///
/// # Errors
/// When the system gives no port.
pub async fn serve(shop: Arc<Shop>) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router(shop)).await });
    Ok(url)
}
