//! Reports at the desk: who may read them, and what each look leaves behind.

use super::reporting::{Asked, Reader};
use super::shell_tests::Office;
use super::testing::escalated_call;
use super::{DeskError, DeskOptions};
use crate::record::CallId;
use crate::record::report::Span;
use crate::record::report::told::{Only, Pick};
use crate::store::{AuditAction, AuditFilter, Role};
use crate::time::At;
use jiff::tz::TimeZone;

const EWA: Reader<'static> = Reader { who: "ewa", address: "192.0.2.7" };
const DAY_MS: u64 = 86_400_000;

/// The tenth day since 1970.
fn asked() -> Asked {
    let (from, to) = (At(10 * DAY_MS), At(11 * DAY_MS));
    let span = Span { from, to, zone: TimeZone::UTC, zone_name: "UTC".into() };
    Asked { span, bot: None, queue: None, channel: None, language: None }
}

#[tokio::test]
async fn only_supervisors_may_read_reports() {
    let office = Office::opens(DeskOptions::default()).await;
    office.hires("ewa", "Ewa", Role::Supervisor).await;
    office.hires("ola", "Ola", Role::Auditor).await;
    office.desk.may_report("ewa").await.unwrap();
    for who in ["anna", "ola", "nobody"] {
        let refused = office.desk.may_report(who).await;
        assert!(matches!(refused, Err(DeskError::Refused { code: "not_allowed", .. })), "{who}");
    }
}

#[tokio::test]
async fn a_report_reads_every_page_of_its_time_and_of_the_time_before() {
    let office = Office::opens(DeskOptions::default()).await;
    // More than a page.
    for n in 0..230_u64 {
        let entries = escalated_call(&format!("c{n:03}"), At(10 * DAY_MS + n * 60_000));
        office.store.append(&entries).await.unwrap();
    }
    office.store.append(&escalated_call("day-before", At(9 * DAY_MS + 5))).await.unwrap();
    office.store.append(&escalated_call("day-after", At(11 * DAY_MS))).await.unwrap();
    let report = office.desk.report_over(EWA, &asked()).await.unwrap();
    assert_eq!((report.now.calls, report.before.unwrap().calls, report.cut), (230, 1, false));
    assert_eq!(report.bars.iter().map(|bar| bar.calls).collect::<Vec<_>>()[..4], [60, 60, 60, 50]);
    let queue = Asked { queue: Some("claims".into()), ..asked() };
    assert_eq!(office.desk.report_over(EWA, &queue).await.unwrap().now.calls, 0);
    let pick = Pick { only: Some(Only::HandedOver), ..Pick::default() };
    let behind = office.desk.calls_behind(EWA, &asked(), &pick).await.unwrap();
    assert_eq!((behind.count, behind.calls.len(), behind.calls[0].call_id.as_str()), (230, 200, "c229"));
    assert_eq!(behind.calls[0].outcome, "live");
}

#[tokio::test]
async fn each_look_at_a_report_and_each_call_that_is_read_is_on_record() {
    let office = Office::opens(DeskOptions::default()).await;
    office.store.append(&escalated_call("c1", At(10 * DAY_MS))).await.unwrap();
    office.desk.report_over(EWA, &asked()).await.unwrap();
    office.desk.calls_behind(EWA, &asked(), &Pick::default()).await.unwrap();
    let story = office.desk.call_behind(EWA, CallId("c1".into())).await.unwrap().unwrap();
    assert_eq!((story.card.transcript.len(), story.card.opening.as_str()), (7, ""));
    assert_eq!(office.desk.call_behind(EWA, CallId("none".into())).await.unwrap(), None);
    let page = office.store.audit(&AuditFilter::default()).await.unwrap();
    let looks = page.entries.into_iter().rev().map(|entry| entry.audit);
    let looks: Vec<_> = looks.map(|look| (look.action, look.call_id.map(|id| id.0), look.address)).collect();
    let look = |action, call: Option<&str>| (action, call.map(str::to_owned), "192.0.2.7".to_owned());
    let expected = [
        look(AuditAction::ReportRead, None),
        look(AuditAction::ReportRead, None),
        look(AuditAction::CallRead, Some("c1")),
        look(AuditAction::CallRead, Some("none")),
    ];
    assert_eq!(looks, expected);
}
