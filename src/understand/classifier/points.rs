//! Texts as points: a centred sentence vector and a row of n-grams, and the examples they are compared with.

use crate::understand::ngram::{Ngrams, Row, product};

/// One text.
#[derive(Debug, Clone, Default)]
pub(super) struct Point {
    /// Centred on the examples' mean, length 1; empty without sentence vectors.
    pub vector: Row,
    pub grams: Row,
}

/// The examples as points, and what turns a new text into one.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    ngrams: Ngrams,
    mean: Vec<f32>,
    examples: Vec<Point>,
    /// Topic of each example; none out of scope.
    classes: Vec<Option<usize>>,
    /// Number of the example that each is, or was heard of.
    origins: Vec<usize>,
}

/// How near the nearest example is, -1..1, by vector and by n-grams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub vector: f32,
    pub grams: f32,
}

impl Points {
    /// Places the examples. `vectors` is empty or holds one vector per text; `classes` and `origins` belong to the
    /// texts.
    pub(super) fn new(
        texts: &[&str],
        vectors: &[Vec<f32>],
        classes: Vec<Option<usize>>,
        origins: Vec<usize>,
    ) -> Self {
        let in_scope = |at: &usize| classes[*at].is_some();
        let mut points = Self {
            ngrams: Ngrams::learn((0..texts.len()).filter(in_scope).map(|at| texts[at])),
            mean: mean(vectors.iter().enumerate().filter(|(at, _)| in_scope(at)).map(|(_, v)| v.as_slice())),
            ..Self::default()
        };
        let vector = |at: usize| vectors.get(at).map(Vec::as_slice);
        points.examples = texts.iter().enumerate().map(|(at, text)| points.point(vector(at), text)).collect();
        points.classes = classes;
        points.origins = origins;
        points
    }

    pub(super) fn point(&self, vector: Option<&[f32]>, text: &str) -> Point {
        Point {
            vector: vector.map_or_else(Row::new, |vector| centred(vector, &self.mean)),
            grams: self.ngrams.row(text),
        }
    }

    pub(super) fn examples(&self) -> &[Point] {
        &self.examples
    }

    pub(super) fn classes(&self) -> &[Option<usize>] {
        &self.classes
    }

    pub(super) fn origins(&self) -> &[usize] {
        &self.origins
    }

    pub(super) fn vector_features(&self) -> usize {
        self.mean.len()
    }

    pub(super) fn gram_features(&self) -> usize {
        self.ngrams.features()
    }

    /// The nearest of the examples that `wanted` accepts by origin and class.
    pub(super) fn nearest(&self, point: &Point, wanted: impl Fn(usize, Option<usize>) -> bool) -> Near {
        let mut near = Near { vector: 0.0, grams: 0.0 };
        for ((example, class), origin) in self.examples.iter().zip(&self.classes).zip(&self.origins) {
            if wanted(*origin, *class) {
                near.vector = near.vector.max(dense_product(&example.vector, &point.vector));
                near.grams = near.grams.max(product(&example.grams, &point.grams));
            }
        }
        near
    }
}

/// The mean of vectors of one length; empty without any.
pub fn mean<'a>(vectors: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut mean: Vec<f32> = Vec::new();
    let mut count = 0.0;
    for vector in vectors {
        mean.resize(vector.len(), 0.0);
        mean.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
        count += 1.0;
    }
    mean.iter_mut().for_each(|value| *value /= count);
    mean
}

/// The direction from the mean to the vector, as a row of length 1.
pub fn centred(vector: &[f32], mean: &[f32]) -> Row {
    let difference = vector.iter().zip(mean).map(|(value, mean)| value - mean);
    let length = difference.clone().map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
    difference.enumerate().map(|(at, value)| (at as u32, value / length)).collect()
}

fn dense_product(a: &Row, b: &Row) -> f32 {
    a.iter().zip(b).map(|((_, a), (_, b))| a * b).sum()
}
