use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// One that keeps as many calls in flight as it may, each answered in turn.
struct Busy {
    concurrency: Concurrency,
    in_flight: usize,
}

impl Busy {
    fn new(limit: usize) -> Self {
        let concurrency = Concurrency::new(limit);
        Self {
            in_flight: concurrency.allowed(),
            concurrency,
        }
    }

    fn hear(&mut self, heard: Heard) -> Option<i64> {
        self.in_flight -= 1;
        let rest = self.concurrency.learn(heard, self.in_flight);
        self.in_flight = self.in_flight.max(self.concurrency.allowed());
        rest
    }
}

#[test]
fn it_opens_up_to_the_limit_and_stays_there() {
    let mut busy = Busy::new(1000);
    assert!(busy.concurrency.is_opening());
    for _ in 0..2_000 {
        assert_eq!(busy.hear(Heard::Fine), None);
    }
    assert_eq!(busy.concurrency.allowed(), 1000);
    assert!(!busy.concurrency.is_opening());
}

#[test]
fn what_is_not_needed_is_not_allowed() {
    let mut concurrency = Concurrency::new(1000);
    for _ in 0..10_000 {
        concurrency.learn(Heard::Fine, 3);
    }
    assert_eq!(concurrency.allowed(), BEGIN);
}

#[test]
fn who_refuses_everything_gets_one_at_a_time_and_then_longer_and_longer_rests() {
    let mut busy = Busy::new(1000);
    let mut calls = 0;
    while busy.concurrency.allowed() > 1 {
        busy.hear(Heard::Less(None));
        calls += 1;
        assert!(calls < 300, "{busy:?}", busy = busy.concurrency);
    }
    let rests: Vec<i64> = (0..200)
        .filter_map(|_| busy.hear(Heard::Less(None)))
        .collect();
    assert_eq!(rests[..4], [1_000, 2_000, 4_000, 8_000]);
    assert_eq!(rests.last(), Some(&REST_LONGEST));
    assert_eq!(busy.concurrency.allowed(), 1);
}

#[test]
fn a_rest_is_as_long_as_asked_for_within_reason() {
    let mut concurrency = Concurrency::new(1);
    assert_eq!(concurrency.learn(Heard::Less(Some(7_000)), 0), Some(7_000));
    let hour = Heard::Less(Some(3_600_000));
    assert_eq!(concurrency.learn(hour, 0), Some(REST_LONGEST));
    assert_eq!(concurrency.learn(Heard::Fine, 0), None);
    assert_eq!(concurrency.learn(Heard::Less(None), 0), Some(REST_FIRST));
}

#[test]
fn answers_of_before_are_not_held_against_it_twice() {
    let mut concurrency = Concurrency::new(64);
    for out in (0..64).rev() {
        concurrency.learn(Heard::Less(None), out);
    }
    assert_eq!(concurrency.allowed(), 32);
    let mut concurrency = Concurrency::new(100);
    concurrency.allowed = 16.0;
    for out in (0..64).rev() {
        concurrency.learn(Heard::Less(None), out);
    }
    assert_eq!(concurrency.allowed(), 8, "48 were out already");
}

#[test]
fn a_provider_that_takes_so_many_is_held_near_that() {
    let mut busy = Busy::new(2048);
    let (mut refused, mut taken, mut wide) = (0, 0, 0);
    for n in 0..200_000_u32 {
        // It takes a hundred at a time.
        let heard = if busy.in_flight > 100
            && n % 100 < 10 * (u32::try_from(busy.in_flight).expect("a count") / 50)
        {
            Heard::Less(None)
        } else {
            Heard::Fine
        };
        busy.hear(heard);
        if n > 20_000 {
            wide = wide.max(busy.concurrency.allowed());
            match heard {
                Heard::Fine => taken += 1,
                _ => refused += 1,
            }
        }
    }
    assert!(wide < 200, "{wide}");
    assert!(refused * 8 < taken, "{refused} refused of {taken}");
}

#[test]
fn one_refusal_in_a_hundred_is_noise() {
    let mut busy = Busy::new(1000);
    let mut n = 0;
    while busy.concurrency.allowed() < 1000 {
        n += 1;
        let refused = n % 100 == 0;
        busy.hear(if refused {
            Heard::Less(None)
        } else {
            Heard::Fine
        });
        assert!(n < 20_000, "{:?}", busy.concurrency);
    }
}

#[test]
fn one_refusal_in_twenty_is_none() {
    let mut busy = Busy::new(2048);
    for n in 0..100_000 {
        let refused = n % 20 == 0;
        busy.hear(if refused {
            Heard::Less(None)
        } else {
            Heard::Fine
        });
    }
    let allowed = busy.concurrency.allowed();
    assert!((20..200).contains(&allowed), "{allowed}");
}

#[test]
fn it_recovers_within_a_hundred_rounds() {
    let mut busy = Busy::new(1000);
    for _ in 0..2_000 {
        busy.hear(Heard::Less(None));
    }
    assert_eq!(busy.concurrency.allowed(), 1);
    let mut rounds = 0;
    while busy.concurrency.allowed() < 1000 {
        for _ in 0..busy.concurrency.allowed() {
            busy.hear(Heard::Fine);
        }
        rounds += 1;
        assert!(rounds < 100, "{:?}", busy.concurrency);
    }
}

fn heard() -> impl Strategy<Value = Heard> {
    prop_oneof![
        4 => Just(Heard::Fine),
        2 => proptest::option::of(0..1_000_000_i64).prop_map(Heard::Less),
        1 => Just(Heard::Nothing),
    ]
}

proptest! {
    #[test]
    fn it_is_never_above_the_limit_and_never_below_one(
        limit in 1..3000_usize,
        then in 1..3000_usize,
        story in proptest::collection::vec((heard(), 0..4000_usize), 0..2000),
    ) {
        let mut concurrency = Concurrency::new(limit);
        let half = story.len() / 2;
        for (n, (heard, out)) in story.into_iter().enumerate() {
            if n == half {
                concurrency.set_limit(then);
            }
            let limit = if n >= half { then } else { limit };
            let rest = concurrency.learn(heard, out);
            prop_assert!((1..=limit).contains(&concurrency.allowed()));
            prop_assert!(rest.is_none_or(|rest| (REST_FIRST..=REST_LONGEST).contains(&rest)));
        }
    }

    #[test]
    fn whatever_happened_peace_brings_it_to_the_limit(
        limit in 1..500_usize,
        story in proptest::collection::vec(heard(), 0..500),
    ) {
        let mut concurrency = Concurrency::new(limit);
        let mut out: VecDeque<()> = VecDeque::new();
        for heard in story {
            out.resize(concurrency.allowed(), ());
            out.pop_front();
            concurrency.learn(heard, out.len());
        }
        for _ in 0..60_000 {
            out.resize(out.len().max(concurrency.allowed()), ());
            out.pop_front();
            concurrency.learn(Heard::Fine, out.len());
        }
        prop_assert_eq!(concurrency.allowed(), limit);
    }
}
