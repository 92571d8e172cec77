//! ◆ How well scores tell what is to be found from the rest.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Share of the others that may be taken for positive where recall is measured.
const FALSE_ALARMS: f32 = 0.05;

/// Probability that a positive one scores higher than another one; equal scores count half. 0..1.
pub fn auc(scores: &[f32], positive: &[bool]) -> f32 {
    let of = |wanted: bool| -> Vec<f32> {
        let chosen = scores.iter().zip(positive).filter(|(_, positive)| **positive == wanted);
        let mut chosen: Vec<f32> = chosen.map(|(score, _)| *score).collect();
        chosen.sort_by(f32::total_cmp);
        chosen
    };
    let (found, others) = (of(true), of(false));
    let below = |score: &f32| {
        let lower = others.partition_point(|other| other < score);
        let not_higher = others.partition_point(|other| other <= score);
        (lower + not_higher) as f64 / 2.0
    };
    (found.iter().map(below).sum::<f64>() / (found.len() as f64 * others.len() as f64)) as f32
}

/// Share of the positive ones above the lowest limit that at most 5 % of the others exceed.
pub fn recall(scores: &[f32], positive: &[bool]) -> f32 {
    let pairs = || scores.iter().zip(positive);
    let mut others: Vec<f32> = pairs().filter(|(_, p)| !**p).map(|(score, _)| *score).collect();
    others.sort_by(|a, b| b.total_cmp(a));
    let limit = others[(others.len() as f32 * FALSE_ALARMS) as usize];
    let found: Vec<f32> = pairs().filter(|(_, p)| **p).map(|(score, _)| *score).collect();
    found.iter().filter(|score| **score > limit).count() as f32 / found.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_counts_ties_half() {
        let positive = [true, false, true, false];
        assert_eq!(auc(&[0.9, 0.1, 0.8, 0.2], &positive), 1.0);
        assert_eq!(auc(&[0.5, 0.5, 0.5, 0.5], &positive), 0.5);
        assert_eq!(auc(&[0.1, 0.9, 0.2, 0.8], &positive), 0.0);
    }

    #[test]
    fn recall_allows_one_false_alarm_in_twenty() {
        let mut scores: Vec<f32> = (0..20).map(|n| n as f32 / 100.0).collect();
        let mut positive = vec![false; 20];
        scores.extend([0.5, 0.185, 0.17]);
        positive.extend([true; 3]);
        // One of twenty may lie above: the limit is 0.18.
        assert!((recall(&scores, &positive) - 2.0 / 3.0).abs() < 1e-6);
    }
}
