//! `export-metrics --listen`: for loopback unless an address is written out, and for nobody who means harm.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use plimsoll::secs;

use crate::support::{Program, get, small, stored, xtask};

/// The program, and where it says that it listens.
fn listen(input: &str, at: &str) -> (Program, SocketAddr) {
    let program = Program::start(xtask(&["export-metrics", "--input", input, "--listen", at]));
    let said = program.line();
    let address =
        said.trim().strip_prefix("metrics at http://").and_then(|rest| rest.strip_suffix("/metrics"));
    (program, address.unwrap_or_else(|| panic!("no address in {said:?}")).parse().unwrap())
}

/// What comes back for these bytes.
fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(secs(20))).unwrap();
    // The other side may close before it has read all.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_port_alone_is_one_of_loopback_and_an_address_is_taken_at_its_word() {
    let folder = stored(&small("shop", 20).await);
    let input = folder.path().display().to_string();
    let (program, address) = listen(&input, "0");
    assert_eq!(address.ip().to_string(), "127.0.0.1");
    // Another address of this machine, which one that listens to all would answer.
    assert!(TcpStream::connect(("127.0.0.2", address.port())).is_err());
    let page = get(address, "/metrics").await.unwrap();
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert!(
        String::from_utf8_lossy(page.body()).contains("plimsoll_throughput_per_second{workload=\"shop\"")
    );
    assert_eq!(program.stop(), (Some(0), String::new()));
    let (program, address) = listen(&input, "127.0.0.2:0");
    assert!(get(address, "/metrics").await.is_some());
    let taken =
        xtask(&["export-metrics", "--input", &input, "--listen", &address.to_string()]).output().unwrap();
    assert_eq!(taken.status.code(), Some(2), "somebody listens there already");
    assert!(String::from_utf8_lossy(&taken.stderr).contains(&address.to_string()));
    drop(program);
}

#[tokio::test]
async fn who_means_harm_does_none() {
    let folder = stored(&small("shop", 20).await);
    let (program, address) = listen(&folder.path().display().to_string(), "0");
    let silent: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(address).unwrap()).collect();
    let cases: [(Vec<u8>, &str); 6] = [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 200 "),
        (b"POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n".to_vec(), "HTTP/1.1 405 "),
        (b"GET /../../etc/passwd HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 404 "),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        ([b"GET /".as_slice(), &[b'a'; 20_000]].concat(), "HTTP/1.1 431 "),
        (vec![0; 5_000_000], ""),
    ];
    for (request, expected) in cases {
        let answer = exchange(address, &request);
        assert!(
            answer.starts_with(expected),
            "{}: {answer}",
            String::from_utf8_lossy(&request[..20.min(request.len())])
        );
    }
    // One that says a byte now and then is cut off.
    assert_eq!(exchange(address, b"GET / HTT"), "");
    assert_eq!(get(address, "/metrics").await.unwrap().status().as_u16(), 200);
    drop(silent);
    assert_eq!(program.stop(), (Some(0), String::new()));
}

#[tokio::test]
async fn a_result_that_is_missing_is_no_page_and_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let (program, address) = listen(&folder.path().display().to_string(), "0");
    assert_eq!(get(address, "/metrics").await.unwrap().status().as_u16(), 503);
    plimsoll_cli::Results::create(folder.path()).unwrap().write_set(&small("shop", 20).await).unwrap();
    assert_eq!(get(address, "/metrics").await.unwrap().status().as_u16(), 200);
    assert_eq!(program.stop(), (Some(0), String::new()));
}
