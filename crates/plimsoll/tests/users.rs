//! The page of the guide about users, word for word.

use plimsoll::{
    Compose, Context, Expect, Failure, Load, Operation, Outcome, Profile, Think, UserWorkload, millis, op,
    secs,
};

/// Stands for your service.
fn page() -> Operation {
    op("page", |cx| async move { cx.sleep(millis(40)).await })
}

#[tokio::test]
async fn two_hundred_people_read_before_they_click() {
    let run = Load::new("people")
        .operation(page())
        .think_time(Think::uniform(secs(1), secs(5)))
        .warm_up(Profile::users(200, secs(10)))
        .measure(Profile::users(200, secs(60)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    // 200 users, each once in 3.04 s on average.
    run.expect("throughput > 62/s").expect("p99 < 50ms").verify();
}

#[tokio::test]
async fn ten_devices_report_once_a_minute() {
    let run = Load::new("devices")
        .operation(page())
        .pacing(secs(60))
        .measure(Profile::users(10, secs(3_600)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    assert_eq!(run.scenarios[0].counts.ok, 10 * 60);
    run.expect("max < 50ms").verify();
}

#[tokio::test]
async fn a_crowd_comes_stays_and_goes() {
    let crowd = Profile::ramp_users(0, 100, secs(10))
        .then(Profile::users(100, secs(60)))
        .then(Profile::ramp_users(100, 0, secs(10)));
    let run = Load::new("crowd")
        .operation(page())
        .think_time(secs(1))
        .measure(crowd)
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("peak_throughput > 95/s").expect("p99 < 50ms").verify();
}

/// People who log in once and keep their token.
struct Portal;

struct Session {
    token: String,
}

impl UserWorkload for Portal {
    type User = Session;

    async fn set_up(&self, cx: Context) -> Result<Session, Failure> {
        cx.sleep(millis(300)).await; // the service looks up the password
        Ok(Session { token: format!("token of {}", cx.user()) })
    }

    async fn iterate(&self, session: &mut Session, cx: Context) -> Result<Outcome, Failure> {
        cx.sleep(millis(20)).await; // the service answers
        Ok(Outcome::ok().check("is still logged in", session.token.ends_with(&cx.user().to_string())))
    }

    async fn tear_down(&self, session: Session) {
        drop(session.token); // the service is told to forget it
    }
}

#[tokio::test]
async fn fifty_people_log_in_once() {
    let run = Load::new("portal")
        .operation(Operation::of_users("search", Portal).checks(["is still logged in"]))
        .think_time(secs(2))
        .warm_up(Profile::ramp_up(50, 10, secs(5)))
        .measure(Profile::users(50, secs(60)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    run.expect("max < 25ms").expect("checks >= 100%").verify();
}

#[tokio::test]
async fn a_hospital_has_five_nurses_for_an_admin() {
    let role = |name, takes| op(name, move |cx| async move { cx.sleep(millis(takes)).await });
    let run = Load::new("hospital")
        .roles([(1, role("admin", 90)), (2, role("resident", 40)), (5, role("nurse", 15))])
        .think_time(Think::exponential(secs(2)))
        .measure(Profile::users(80, secs(60)))
        .virtual_time()
        .run()
        .await
        .expect("the plan is valid");
    // Ten admins, twenty residents, fifty nurses.
    run.expect("throughput(nurse) > 20/s").expect("p95(admin) < 100ms").verify();
}
