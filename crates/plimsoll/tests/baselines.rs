//! The page of the guide about baselines, word for word.

use plimsoll::baseline::gate::Policy;
use plimsoll::harness::gate;
use plimsoll::model::Status;
use plimsoll::{Load, LoadError, Profile, Run, millis, op, secs};

/// Stands for your service: a search in an index, which takes so long.
async fn search(index_ms: u64) -> Result<Run, LoadError> {
    Load::new("search")
        .operation(op("query", move |cx| async move { cx.sleep(millis(index_ms)).await }))
        .warm_up(Profile::users(2, secs(1)))
        .measure(Profile::users(2, secs(5)))
        .virtual_time() // leave it out to test something real
        .run()
        .await
}

#[tokio::test]
async fn the_new_index_is_no_slower() {
    let comparison = gate(Policy::default(), async || search(10).await, async || search(10).await)
        .await
        .expect("the plan is valid");
    assert_eq!(comparison.verdict.status, Status::Pass, "{:?}", comparison.verdict.reasons);
}

#[tokio::test]
async fn an_index_without_a_cache_would_be_noticed() {
    let comparison = gate(Policy::default(), async || search(10).await, async || search(12).await)
        .await
        .expect("the plan is valid");
    assert_eq!(comparison.verdict.status, Status::Fail, "{:?}", comparison.verdict.reasons);
}
