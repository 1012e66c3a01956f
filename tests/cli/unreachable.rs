//! A target that is not there: neither pass nor failure.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::builder::{proofmark, snapshot};
use crate::server::{nowhere, passing_on_to, sound, url};

#[test]
fn a_target_that_is_not_there_is_told_in_three_lines_and_the_report_says_so_too() {
    let outcome = proofmark("").arg("--target").arg(url(nowhere())).run();
    let outcome = snapshot!(outcome).exits(5);
    let report = outcome.json("reports/latest/report.json");
    assert_eq!((&report["gate"]["decision"], &report["gate"]["exit"]), (&"inconclusive".into(), &5.into()));
    assert!(outcome.read("reports/latest/junit.xml").contains("</testsuites>"));
}

#[test]
fn waiting_has_an_end() {
    let outcome = proofmark("--wait 100ms").arg("--target").arg(url(nowhere())).run();
    let outcome = snapshot!(outcome).exits(5);
    assert_eq!(outcome.json("reports/latest/report.json")["gate"]["exit"], 5);
    assert!(outcome.read("reports/latest/junit.xml").contains("</testsuites>"));
}

#[test]
fn a_target_that_starts_late_is_waited_for() {
    let address = nowhere();
    let server = sound();
    let behind = server.address;
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        let listener = TcpListener::bind(address).expect("the port");
        let (other, _) = passing_on_to(behind);
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || tunnel(stream, other));
        }
    });
    proofmark("--profile smoke --wait 20s").arg("--target").arg(url(address)).run().exits(0);
}

fn tunnel(stream: std::net::TcpStream, other: std::net::SocketAddr) {
    let upstream = std::net::TcpStream::connect(other).expect("a connection");
    let (mut to, mut from) = (upstream.try_clone().expect("a handle"), stream.try_clone().expect("a handle"));
    thread::spawn(move || _ = std::io::copy(&mut from, &mut to));
    let (mut to, mut from) = (stream, upstream);
    _ = std::io::copy(&mut from, &mut to);
}

#[test]
fn a_replay_and_a_trial_say_so_too() {
    proofmark("replay users_create/valid/minimal")
        .arg("--target")
        .arg(url(nowhere()))
        .run()
        .exits(5)
        .complains("error: could not reach http://127.0.0.1:");
    proofmark("test --exact users_create/valid/minimal")
        .env("PROOFMARK_TARGET", url(nowhere()))
        .run()
        .exits(1)
        .says("could not connect");
}
