use super::*;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

fn answered(nonces: &Nonces, algorithm: Algorithm, nc: &str, password: &str, at_ms: u64) -> Answer {
    let mut answer = Answer {
        username: "anna".into(),
        realm: "duet".into(),
        nonce: nonces.issue(HERE, "duet", at_ms),
        uri: "sip:duet".into(),
        algorithm: Some(algorithm.name().into()),
        qop: Some("auth".into()),
        cnonce: Some("c".into()),
        nc: Some(nc.into()),
        ..Answer::default()
    };
    answer.response = answer.expected(algorithm, password, "INVITE");
    answer
}

fn verify(nonces: &mut Nonces, answer: &Answer, now_ms: u64) -> Verified {
    nonces.verify(answer, "duet", Some("secret"), "INVITE", HERE, now_ms)
}

#[test]
fn the_example_of_rfc_2617_gives_its_response() {
    let answer = Answer::parse(
        "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", \
         nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, nc=00000001, \
         cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", opaque=\"x\"",
    )
    .unwrap();
    assert_eq!(answer.expected(Algorithm::Md5, "Circle Of Life", "GET"), answer.response);
}

#[test]
fn the_example_of_rfc_7616_gives_its_sha_256_response() {
    let answer = Answer::parse(
        "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", \
         algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, \
         cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, \
         response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"",
    )
    .unwrap();
    assert_eq!(answer.expected(Algorithm::Sha256, "Circle of Life", "GET"), answer.response);
}

#[test]
fn rfc_4231_case_2_holds_for_a_padded_key() {
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    let mac = hmac_sha256(&key, b"what do ya want for nothing?");
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex::encode(mac), expected);
}

#[test]
fn a_right_password_passes_with_either_hash() {
    let mut nonces = Nonces::new([7; 32]);
    let sha = answered(&nonces, Algorithm::Sha256, "00000001", "secret", 5);
    assert_eq!(verify(&mut nonces, &sha, 10), Verified::Right);
    let md5 = answered(&nonces, Algorithm::Md5, "00000001", "secret", 6);
    assert_eq!(verify(&mut nonces, &md5, 10), Verified::Right);
}

#[test]
fn a_replayed_count_is_stale_and_the_next_one_passes() {
    let mut nonces = Nonces::new([7; 32]);
    let first = answered(&nonces, Algorithm::Md5, "00000001", "secret", 5);
    assert_eq!(verify(&mut nonces, &first, 10), Verified::Right);
    assert_eq!(verify(&mut nonces, &first, 10), Verified::Stale);
    let second = answered(&nonces, Algorithm::Md5, "00000002", "secret", 5);
    assert_eq!(verify(&mut nonces, &second, 10), Verified::Right);
}

#[test]
fn an_old_nonce_and_one_of_another_source_are_stale() {
    let mut nonces = Nonces::new([7; 32]);
    let answer = answered(&nonces, Algorithm::Md5, "00000001", "secret", 5);
    assert_eq!(verify(&mut nonces, &answer, 6 + NONCE_LIFE_MS), Verified::Stale);
    let there = IpAddr::from([198, 51, 100, 1]);
    let moved = nonces.verify(&answer, "duet", Some("secret"), "INVITE", there, 10);
    assert_eq!(moved, Verified::Stale);
}

#[test]
fn a_wrong_password_an_unknown_user_and_another_method_are_all_wrong() {
    let mut nonces = Nonces::new([7; 32]);
    let wrong = answered(&nonces, Algorithm::Md5, "00000001", "guess", 5);
    assert_eq!(verify(&mut nonces, &wrong, 10), Verified::Wrong);
    let right = answered(&nonces, Algorithm::Md5, "00000001", "secret", 5);
    assert_eq!(nonces.verify(&right, "duet", None, "INVITE", HERE, 10), Verified::Wrong);
    assert_eq!(nonces.verify(&right, "duet", Some("secret"), "BYE", HERE, 10), Verified::Wrong);
}

#[test]
fn a_user_named_after_the_decoy_password_gains_nothing() {
    let mut nonces = Nonces::new([7; 32]);
    let answer = answered(&nonces, Algorithm::Md5, "00000001", "no such user", 5);
    assert_eq!(nonces.verify(&answer, "duet", None, "INVITE", HERE, 10), Verified::Wrong);
}

#[test]
fn nonsense_is_no_answer() {
    for value in ["", "Basic abc", "Digest", "Digest username=", "Digest a=\"b", "NoOneKnows opaque=1"] {
        assert_eq!(Answer::parse(value), None, "{value}");
    }
}
