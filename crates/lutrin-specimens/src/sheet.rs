//! A sheet: what is needed to make one file, cheap to build and to compare.
//! Making the bytes is the business of [`Press`](crate::press::Press).

use jiff::civil::Date;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Fingerprint of a sheet: two sheets that have the same give the same bytes.
pub(crate) type SheetKey = [u8; 32];

/// One file to be made.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) template: Template,
    pub(crate) data: Value,
    /// The date of the document, written in the file.
    pub(crate) dated: Date,
    pub(crate) finish: Finish,
}

/// What becomes of a printed page before it is deposited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// The PDF as the software made it.
    Plain,
    /// Printed and scanned: a picture in a PDF, no text.
    Scanned,
    /// Photographed with a telephone: a JPEG turned by its EXIF orientation.
    Photographed,
    /// Locked with [`PASSWORD`](crate::PASSWORD).
    Locked,
    /// Cut in the middle, as after a broken transfer.
    Damaged,
}

impl Finish {
    /// What it adds to the name of a kind of paper, with the extension.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Plain => ".pdf",
            Self::Scanned => "_scanned.pdf",
            Self::Photographed => "_photographed.jpg",
            Self::Locked => "_locked.pdf",
            Self::Damaged => "_damaged.pdf",
        }
    }
}

impl Sheet {
    pub(crate) fn new(template: Template, data: Value, dated: Date) -> Self {
        Self { template, data, dated, finish: Finish::Plain }
    }

    pub(crate) fn finished(self, finish: Finish) -> Self {
        Self { finish, ..self }
    }

    /// The fingerprint of the sheet.
    pub(crate) fn key(&self) -> SheetKey {
        let mut hash = Sha256::new();
        hash.update(format!("{:?}\n{:?}\n{}\n", self.template, self.finish, self.dated));
        hash.update(self.data.to_string());
        hash.finalize().into()
    }
}

macro_rules! templates {
    ($($name:ident = $file:literal),+ $(,)?) => {
        /// The templates, each in `templates/`, after the common part.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Template {
            $($name),+
        }

        impl Template {
            /// The source of the template.
            pub(crate) fn source(self) -> &'static str {
                match self {
                    $(Self::$name => concat!(
                        include_str!("../templates/common.typ"),
                        include_str!(concat!("../templates/", $file)),
                    ),)+
                }
            }

            /// The kind of paper, as a file is called.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $file.trim_end_matches(".typ"),)+
                }
            }
        }
    };
}

templates! {
    PayslipPrivate = "payslip_private.typ",
    PayslipAgency = "payslip_agency.typ",
    PayslipPublic = "payslip_public.typ",
    Contract = "contract.typ",
    ForeignPaper = "foreign_paper.typ",
    TempContract = "temp_contract.typ",
    WorkCertificate = "work_certificate.typ",
    Letter = "letter.typ",
    InternshipAgreement = "internship_agreement.typ",
    InternshipCertificate = "internship_certificate.typ",
    Cv = "cv.typ",
    Report = "report.typ",
    UnitCertificate = "unit_certificate.typ",
    PriorDiploma = "prior_diploma.typ",
    ForeignDiploma = "foreign_diploma.typ",
    Comparability = "comparability.typ",
    Sirene = "sirene.typ",
    Turnover = "turnover.typ",
    ServiceRecord = "service_record.typ",
}
