use super::*;

fn computed(a: f64, operation: Operation, b: f64) -> f64 {
    Number::Float(a)
        .compute(operation, Number::Float(b))
        .unwrap()
        .as_f64()
}

#[test]
#[expect(clippy::float_cmp, reason = "exactness is the point")]
fn floats_compute_as_decimals() {
    assert_eq!(computed(0.1, Operation::Plus, 0.2), 0.3);
    assert_eq!(computed(1.1, Operation::Times, 1.1), 1.21);
    assert_eq!(computed(-0.3, Operation::Modulo, 0.2), 0.1);
}

#[test]
fn overflowing_whole_numbers_become_floats() {
    let sum = Number::Int(i64::MAX)
        .compute(Operation::Plus, Number::Int(1))
        .unwrap();
    assert!(matches!(sum, Number::Float(sum) if sum > 9.2e18), "{sum:?}");
    let least = Number::Int(i64::MIN)
        .compute(Operation::DividedBy, Number::Int(-1))
        .unwrap();
    assert!(matches!(least, Number::Float(_)), "{least:?}");
}

#[test]
fn division_rounds_down_and_remainders_take_the_divisors_sign() {
    let quotient = Number::Int(-7)
        .compute(Operation::DividedBy, Number::Int(2))
        .unwrap();
    let rest = Number::Int(-7)
        .compute(Operation::Modulo, Number::Int(2))
        .unwrap();
    assert!(
        matches!((quotient, rest), (Number::Int(-4), Number::Int(1))),
        "{quotient:?} {rest:?}"
    );
}

#[test]
fn halves_round_away_from_zero() {
    for (number, places, expected) in [
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (1.005, 2, "1.01"),
        (1249.9, -2, "1200"),
    ] {
        let rounded = Number::Float(number).round(places).unwrap().value();
        let meter = crate::limits::Meter::new(crate::Limits::default(), crate::Moment::utc(0));
        assert_eq!(rounded.text(&meter).unwrap(), expected);
    }
}

#[test]
fn floats_print_as_ruby_prints_them() {
    for (number, text) in [
        (12.0, "12.0"),
        (1e16, "1.0e+16"),
        (1.5e-5, "1.5e-05"),
        (1e15, "1000000000000000.0"),
    ] {
        assert_eq!(float_text(number), text);
    }
}
