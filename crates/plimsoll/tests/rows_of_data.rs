//! The third page of the guide, word for word.

use plimsoll::{AtEnd, Expect, Feeder, Load, OutOfData, Profile, millis, op, secs};

const QUESTIONS: &str = "text,patient\nHow did she sleep?,ada\nAny pain today?,grace\nIs he eating?,alan\n";

#[tokio::test]
async fn questions_come_in_any_order() {
    let questions: Feeder<(String, String)> =
        Feeder::csv("questions.csv", QUESTIONS).expect("the file is in order").shuffled();
    let ask = op("ask", move |cx| {
        let question = questions.row(&cx);
        async move {
            let question = question?;
            let (text, patient) = &*question;
            cx.sleep(millis(text.len() as u64 + patient.len() as u64)).await;
            Ok::<(), OutOfData>(())
        }
    });
    let run = Load::new("questions").operation(ask).measure(Profile::hold(20, secs(30))).seed(7);
    let run = run.virtual_time().run().await.expect("the plan is valid");
    run.expect("error_rate <= 0%").expect("max < 25ms").verify();
}

#[tokio::test]
async fn each_address_registers_once() {
    let load = Load::new("register");
    let addresses = Feeder::new("addresses", (0..500).map(|n| format!("user-{n}@example.org")))
        .expect("there are addresses")
        .at_end(AtEnd::Stop(load.stop_handle()));
    let register = op("register", move |cx| {
        let address = addresses.row(&cx);
        async move { address.map(|address| assert!(address.ends_with("example.org"))) }
    });
    let run = load.operation(register).measure(Profile::hold(100, secs(60))).virtual_time().run().await;
    let run = run.expect("the plan is valid");
    assert_eq!(run.scenarios[0].counts.ok, 500);
    run.expect("error_rate <= 0%").verify();
}
