//! GET over HTTP/1.1 by goose, its body read.

use goose::prelude::*;

// One thread, as every generator has.
#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> Result<(), GooseError> {
    let get = scenario!("get").register_transaction(transaction!(get));
    GooseAttack::initialize()?.register_scenario(get).execute().await?;
    Ok(())
}

async fn get(user: &mut GooseUser) -> TransactionResult {
    let answer = user.get("/").await?.response;
    if let Ok(answer) = answer {
        // What is wrong with a body is none of goose's errors.
        let _ = answer.bytes().await;
    }
    Ok(())
}
