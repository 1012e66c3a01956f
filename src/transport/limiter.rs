use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Spaces requests evenly: each gets a slot, one interval behind the one before. Idle time is not saved up, so that
/// there are no bursts.
#[derive(Debug)]
pub(super) struct Limiter {
    interval: Duration,
    /// When the next slot begins; none before the first request.
    next: Mutex<Option<Instant>>,
}

impl Limiter {
    /// A limiter for this many requests per second; none where that is no number above zero.
    pub(super) fn new(rate: f64) -> Option<Self> {
        let interval = Duration::try_from_secs_f64(rate.recip()).ok().filter(|interval| !interval.is_zero())?;
        Some(Self { interval, next: Mutex::default() })
    }

    /// Takes the next slot and waits until it begins.
    pub(super) async fn wait(&self) {
        let slot = self.take(Instant::now());
        sleep_until(slot).await;
    }

    fn take(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = next.map_or(now, |next| next.max(now));
        // A slot beyond what the clock can count is never reached: whoever takes it waits for ever.
        *next = slot.checked_add(self.interval).or(Some(slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn requests_at_once_go_out_one_interval_apart() {
        let limiter = Arc::new(Limiter::new(20.0).expect("a rate"));
        let start = Instant::now();
        let waiting: Vec<_> = (0..4)
            .map(|_| {
                let limiter = Arc::clone(&limiter);
                tokio::spawn(async move {
                    limiter.wait().await;
                    start.elapsed().as_millis()
                })
            })
            .collect();
        let mut sent = Vec::new();
        for one in waiting {
            sent.push(one.await.expect("it waits"));
        }
        assert_eq!(sent, [0, 50, 100, 150]);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_is_not_saved_up() {
        let limiter = Limiter::new(10.0).expect("a rate");
        let start = Instant::now();
        limiter.wait().await;
        tokio::time::advance(Duration::from_secs(5)).await;
        for expected in [5_000, 5_100, 5_200] {
            limiter.wait().await;
            assert_eq!(start.elapsed().as_millis(), expected);
        }
    }

    #[test]
    fn a_rate_that_is_none_limits_nothing() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Limiter::new(rate).is_none(), "{rate}");
        }
    }
}
