//! Each component by itself, without a load around it, and the whole way.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run should say so")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use components::api::{Door, serve};
use components::embedding::{embed, embed_all};
use components::llm::Model;
use components::search::Index;
use components::texts::QUESTIONS;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};

const NEIGHBOURS: usize = 10;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn embedding(c: &mut Criterion) {
    let mut group = c.benchmark_group("embedding");
    for batch in [1, 4, QUESTIONS.len()] {
        group.throughput(Throughput::Elements(batch as u64));
        group.bench_function(BenchmarkId::from_parameter(batch), |b| {
            b.iter(|| embed_all(black_box(&QUESTIONS[..batch])));
        });
    }
    group.finish();
}

fn search(c: &mut Criterion) {
    let mut group = c.benchmark_group("search");
    let question = embed(QUESTIONS[0]);
    for vectors in [500, 5_000] {
        let index = Index::of(vectors);
        group.bench_function(BenchmarkId::from_parameter(vectors), |b| {
            b.iter(|| index.search(black_box(&question), NEIGHBOURS));
        });
    }
    group.finish();
}

fn api(c: &mut Criterion) {
    let runtime = runtime();
    let door = runtime.block_on(async {
        let url = serve(Arc::new(Index::of(500)), Duration::ZERO).await.unwrap();
        Door::open(&url).await.unwrap()
    });
    let mut group = c.benchmark_group("api");
    for (name, request) in [("login", door.login()), ("query", door.query(QUESTIONS[0], NEIGHBOURS))] {
        group.bench_function(name, |b| {
            b.to_async(&runtime).iter(|| async { request.send_once().await.unwrap().good().unwrap() });
        });
    }
    group.finish();
}

/// What mostly waits: a few samples say as much as many.
fn waiting(c: &mut Criterion) {
    let (runtime, model, index) = (runtime(), Model::default(), Index::of(500));
    let say = async |prompt: &str| {
        let answer = model.answer(prompt, 1);
        tokio::time::sleep(answer.first_token + answer.rest).await;
        answer
    };
    let mut group = c.benchmark_group("waiting");
    group.sample_size(10);
    group.bench_function("llm", |b| b.to_async(&runtime).iter(|| say(QUESTIONS[0])));
    group.bench_function("end_to_end", |b| {
        b.to_async(&runtime).iter(|| async {
            let hits = index.search(&embed(QUESTIONS[0]), NEIGHBOURS);
            let passages: Vec<&str> = hits.iter().map(|hit| index.passage(*hit)).collect();
            say(&passages.join("\n")).await
        });
    });
    group.finish();
}

criterion_group!(benches, embedding, search, api, waiting);
criterion_main!(benches);
