//! Charts as pictures.

use std::fmt;
use std::sync::Arc;

use epaint_default_fonts::{NOTO_EMOJI_REGULAR, UBUNTU_LIGHT};
use resvg::tiny_skia::Pixmap;
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Transform, Tree};

use crate::chart::Chart;

/// Pixels for each unit of a drawing: sharp on a screen of twice the usual density, and in print.
const SCALE: f32 = 2.0;

/// Turns charts into PNG: the same drawing as on a page, with letters from a font that is part of this crate.
///
/// It asks no font of the machine, so the same chart gives the same bytes anywhere.
///
/// ```
/// use plimsoll_report::Pictures;
/// use plimsoll_report::chart::{Chart, Topic};
///
/// let chart = Chart::missing("queue", Topic::Own, "Queue depth", "nothing was measured");
/// let png = Pictures::new().png(&chart)?;
/// assert_eq!(&png[1..4], b"PNG");
/// # Ok::<(), plimsoll_report::PictureError>(())
/// ```
#[derive(Clone)]
pub struct Pictures {
    fonts: Arc<Database>,
}

/// Why there is no picture.
#[derive(Debug)]
pub struct PictureError {
    chart: String,
    cause: String,
}

impl Pictures {
    /// Reads the fonts, once for all pictures.
    #[must_use]
    pub fn new() -> Pictures {
        let mut fonts = Database::new();
        for font in [UBUNTU_LIGHT, NOTO_EMOJI_REGULAR] {
            fonts.load_font_data(font.to_vec());
        }
        // Without it every text of that family would silently be left out.
        fonts.set_sans_serif_family("Ubuntu");
        Pictures { fonts: Arc::new(fonts) }
    }

    /// A chart as PNG, with title, finding and legend, on white paper.
    ///
    /// # Errors
    /// When the drawing cannot be read or is too large, which would be a bug of the chart.
    pub fn png(&self, chart: &Chart) -> Result<Vec<u8>, PictureError> {
        let error = |cause: String| PictureError { chart: chart.file(), cause };
        let options = Options { fontdb: Arc::clone(&self.fonts), ..Options::default() };
        let tree = Tree::from_str(&crate::svg(chart), &options).map_err(|cause| error(cause.to_string()))?;
        let size =
            tree.size().to_int_size().scale_by(SCALE).ok_or_else(|| error("it has no size".to_owned()))?;
        let mut pixels =
            Pixmap::new(size.width(), size.height()).ok_or_else(|| error("it is too large".to_owned()))?;
        resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
        pixels.encode_png().map_err(|cause| error(cause.to_string()))
    }
}

impl Default for Pictures {
    fn default() -> Self {
        Pictures::new()
    }
}

impl fmt::Debug for Pictures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pictures").field("fonts", &self.fonts.len()).finish()
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chart {} cannot be drawn as a picture: {}", self.chart, self.cause)
    }
}

impl std::error::Error for PictureError {}
