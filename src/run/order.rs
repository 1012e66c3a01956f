//! Puts results back into plan order: reports must not depend on which answer came first.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use tokio::sync::Notify;

use super::event::CaseResult;

/// Results that wait for earlier ones. No case begins that is further ahead than `window`, so that one slow answer
/// does not let memory grow.
#[derive(Debug)]
pub(super) struct Order {
    window: u64,
    /// The number of the first result that is still missing.
    first: Cell<u64>,
    waiting: RefCell<VecDeque<Option<CaseResult>>>,
    moved: Notify,
}

impl Order {
    pub(super) fn new(window: u64) -> Self {
        Self { window, first: Cell::new(0), waiting: RefCell::default(), moved: Notify::new() }
    }

    /// Waits until the case numbered `number` may begin.
    pub(super) async fn admit(&self, number: u64) {
        while number >= self.first.get() + self.window {
            let moved = self.moved.notified();
            if number < self.first.get() + self.window {
                break;
            }
            moved.await;
        }
    }

    /// Takes a result, and hands on all that are now in order.
    pub(super) fn put(&self, result: CaseResult, mut emit: impl FnMut(CaseResult)) {
        let mut waiting = self.waiting.borrow_mut();
        let at = (result.number - self.first.get()) as usize;
        if waiting.len() <= at {
            waiting.resize_with(at + 1, || None);
        }
        waiting[at] = Some(result);
        let before = self.first.get();
        while let Some(Some(_)) = waiting.front() {
            if let Some(Some(ready)) = waiting.pop_front() {
                self.first.set(self.first.get() + 1);
                emit(ready);
            }
        }
        if self.first.get() != before {
            self.moved.notify_waiters();
        }
    }

    /// Hands on what is left when the run ends before its plan does, gaps left out.
    pub(super) fn drain(&self, mut emit: impl FnMut(CaseResult)) {
        self.waiting.borrow_mut().drain(..).flatten().for_each(&mut emit);
    }
}
