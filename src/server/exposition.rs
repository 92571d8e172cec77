//! What `/metrics` makes of samples: buckets that can be summed over nodes, and quantiles that can be read.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::num::NonZeroU32;
use std::time::Duration;

/// Seconds of a turn's stages and of actions, in Prometheus buckets: 50 ms apart where a caller hears the
/// difference, so that `histogram_quantile` is that exact there.
const SECONDS_BUCKETS: [f64; 27] = [
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0,
    1.1, 1.25, 1.5, 1.75, 2.0, 3.0, 5.0, 10.0,
];

/// What a summary (a metric without buckets: `duet_turn_recent`) tells, over the last ten minutes.
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];
const SUMMARY_PART: Duration = Duration::from_secs(60);
const SUMMARY_PARTS: NonZeroU32 = NonZeroU32::new(10).expect("is not zero");
/// So often that no summary gets more than 64 samples at once: of more, the exporter drops the older ones.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// Makes the process's metrics; the handle renders them.
pub(super) fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = builder()?.install_recorder()?;
    tokio::spawn(keep_up(handle.clone()));
    Ok(handle)
}

/// A metric named `_seconds` has buckets; any other is a summary.
pub(crate) fn builder() -> Result<PrometheusBuilder, BuildError> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS_BUCKETS)?
        .set_quantiles(&QUANTILES)?
        .set_bucket_duration(SUMMARY_PART)?;
    Ok(builder.set_bucket_count(SUMMARY_PARTS))
}

/// Folds samples into buckets, so that nothing piles up when nobody scrapes.
async fn keep_up(handle: PrometheusHandle) {
    let mut tick = tokio::time::interval(METRICS_UPKEEP);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}
