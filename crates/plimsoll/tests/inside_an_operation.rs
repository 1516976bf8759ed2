//! The page of the guide about what operations say of themselves, word for word.

use plimsoll::{Context, CustomMetricKind, Expect, Load, Outcome, Profile, millis, op, secs};

/// Stands for your service: looks into a cache first, and then for rows.
async fn search(cx: Context) -> Outcome {
    let begun = cx.now();
    cx.sleep(millis(1)).await;
    let looked_up = cx.now() - begun;
    let is_cached = cx.seed().is_multiple_of(4);
    cx.sleep(millis(if is_cached { 2 } else { 9 })).await;
    let rows = cx.seed() % 50;
    Outcome::ok()
        .step("cache", looked_up)
        .step_with_bytes("rows", cx.now() - begun - looked_up, 100 * rows)
        .check("at most a page", rows <= 50)
        .rate("cached", is_cached)
        .trend("rows", rows)
        .count("bytes", 100 * rows)
}

#[tokio::test]
async fn a_search_says_what_it_did() {
    let query = op("query", search)
        .steps(["cache", "rows"])
        .checks(["at most a page"])
        .metric(CustomMetricKind::Rate, "cached")
        .metric(CustomMetricKind::Trend, "rows")
        .metric(CustomMetricKind::Counter, "bytes");
    let run = Load::new("search")
        .operation(query)
        .measure(Profile::hold(100, secs(60)))
        .threshold("check.at most a page >= 100%".parse().expect("it is a condition"))
        .seed(1)
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("p99(cache) < 2ms").expect("p99(rows) < 10ms").verify();
    run.expect("rate.cached > 20%").expect("trend.rows.p99 < 50").expect("counter.bytes > 1000000").verify();
}

#[tokio::test]
async fn reads_and_writes_come_in_their_shares() {
    let takes = |name, ms| op(name, move |cx| async move { cx.sleep(millis(ms)).await });
    let run = Load::new("shop")
        .mix([(7, takes("read", 2)), (2, takes("write", 5)), (1, takes("compute", 20))])
        .measure(Profile::hold(100, secs(60)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    let counts: Vec<u64> = run.scenarios.iter().map(|scenario| scenario.counts.ok).collect();
    assert_eq!(counts, [4_200, 1_200, 600]);
}

#[tokio::test]
async fn no_tenant_suffers_from_another() {
    let read = op("read", |cx| async move { cx.sleep(millis(5 + cx.tenant() as u64)).await });
    let run = Load::new("tenants")
        .operation(read)
        .tenants([(8, "acme"), (1, "globex"), (1, "initech")])
        .measure(Profile::hold(200, secs(60)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    let read = &run.scenarios[0];
    let initech = &read.breakdowns[2];
    assert_eq!((initech.tags["tenant"].as_str(), initech.counts.ok), ("initech", 1_200));
    let fairness = read.fairness.as_ref().expect("there are tenants");
    assert!(fairness.jain_index > 0.99, "each gets what it is due");
    assert!(fairness.worst_over_others.is_some_and(|times| times < 1.5), "and none waits much longer");
}
