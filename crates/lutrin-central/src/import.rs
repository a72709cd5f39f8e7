//! Makes a dossier out of a folder of any files.
//!
//! Real files come with any name and any content. Nothing is refused for what it
//! contains: the reader will say what it cannot show. Names are cleaned of what
//! a name cannot hold; what cannot be taken is named in the result.

mod kinds;
mod names;

use std::fs::{self, DirEntry, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiff::Timestamp;
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::day::paris_day;
use lutrin_domain::dossier::{Learner, Part, Request, Requirement};
use lutrin_domain::id::{CenterCode, DiplomaCode, DossierId, JurySessionId, SlotKey};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, SLOT_LIMIT};
use lutrin_domain::reviewer::Scope;
use lutrin_domain::subject::Pages;
use lutrin_protocol::limits::DOCUMENT_BYTES;
use serde::Serialize;

use crate::catalogues::SHIPPED_HASH;
use crate::data::Data;
use crate::db::{DbError, TakenIn};
use crate::documents::KeepError;
use crate::intake::{TakeInError, take_in};

/// A folder to make a dossier of.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The folder; its files only, not those of folders in it.
    pub folder: PathBuf,
    /// Reference that people quote; made up when absent.
    pub reference: Option<String>,
    /// Status of D3, such as `TRANSMIS_DNF`.
    pub status: String,
    /// The diploma asked for.
    pub diploma: DiplomaCode,
    /// The centre in charge.
    pub center: CenterCode,
    /// The sitting it is planned for.
    pub jury: Option<JurySessionId>,
    /// First name of the learner.
    pub first_name: String,
    /// Birth name of the learner.
    pub birth_name: String,
}

impl ImportRequest {
    /// A folder, the rest as usual: a diploma request transmitted to the DNF, so
    /// that a national reviewer can examine it.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            reference: None,
            status: "TRANSMIS_DNF".to_owned(),
            diploma: DiplomaCode::new("LG025"),
            center: CenterCode::new("BES"),
            jury: None,
            first_name: "Dossier".to_owned(),
            birth_name: "importé".to_owned(),
        }
    }
}

/// What was made of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The dossier.
    pub dossier: DossierId,
    /// Its reference.
    pub reference: String,
    /// How many files it has.
    pub files: usize,
    /// What could not be taken.
    pub skipped: Vec<Skipped>,
}

/// A name of the folder that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its name, as far as it can be written.
    pub name: String,
    /// Why.
    pub why: Why,
}

/// Why a name of the folder could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A folder: only files are taken.
    Folder,
    /// A link: what it leads to may be anything.
    Link,
    /// A pipe, a device and the like.
    NotAFile,
    /// Larger than a document may be.
    TooLarge,
    /// It cannot be read.
    Unreadable,
    /// The dossier has as many pieces as it may.
    TooMany,
}

/// Why no dossier was made.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder cannot be read.
    #[error("the folder cannot be read")]
    Folder(#[source] io::Error),
    /// The catalogue has no such diploma.
    #[error("the catalogue has no diploma {code}; it has {known}")]
    UnknownDiploma {
        /// Which.
        code: DiplomaCode,
        /// Those it has.
        known: String,
    },
    /// The catalogue has no such centre.
    #[error("the catalogue has no centre {code}; it has {known}")]
    UnknownCenter {
        /// Which.
        code: CenterCode,
        /// Those it has.
        known: String,
    },
    /// The service knows no such sitting.
    #[error("there is no sitting {0} of a jury")]
    UnknownJury(JurySessionId),
    /// Another dossier has the reference.
    #[error("another dossier has the reference {0}")]
    ReferenceTaken(String),
    /// A file could not be kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The dossier could not be taken in.
    #[error(transparent)]
    TakeIn(#[from] TakeInError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Makes a dossier out of a folder. Works while the service runs. The same folder
/// under the same reference again is the same dossier.
///
/// # Errors
///
/// When the folder cannot be read, or names something that is not known.
pub async fn import_folder(data: &Data, request: ImportRequest) -> Result<Imported, ImportError> {
    let catalogue = check_request(data, &request).await?;
    let mut skipped = Vec::new();
    let mut slots = Vec::new();
    for entry in entries(&request.folder).map_err(ImportError::Folder)? {
        let name = entry.file_name();
        if names::is_hidden(&name) {
            continue;
        }
        let taken = if slots.len() == SLOT_LIMIT { Err(Why::TooMany) } else { read(&entry) };
        match taken {
            Ok(bytes) => {
                let deposited_at = written_at(&entry, data.sources.now());
                let file = keep(data, names::clean(&name), bytes, deposited_at).await?;
                slots.push(slot(slots.len() + 1, file, catalogue.as_deref()));
            }
            Err(why) => {
                skipped.push(Skipped { name: name.to_string_lossy().into_owned(), why });
            }
        }
    }
    let files = slots.len();
    let intake = intake(data, request, slots);
    let reference = intake.reference.clone();
    match take_in(data, intake, &data.command_trace()).await? {
        TakenIn::New(dossier) | TakenIn::Known(dossier) => {
            Ok(Imported { dossier, reference, files, skipped })
        }
        TakenIn::ReferenceTaken => Err(ImportError::ReferenceTaken(reference)),
    }
}

async fn check_request(
    data: &Data,
    request: &ImportRequest,
) -> Result<Option<std::sync::Arc<Catalogue>>, ImportError> {
    if let Some(jury) = request.jury {
        let (_, juries) = data.db.juries(&Scope::Everywhere).await?;
        if !juries.iter().any(|entry| entry.session.id == jury) {
            return Err(ImportError::UnknownJury(jury));
        }
    }
    let catalogue = data.catalogues.get(data.db.as_ref(), *SHIPPED_HASH).await?;
    if let Some(catalogue) = &catalogue {
        if catalogue.diploma(&request.diploma).is_none() {
            let known: Vec<_> = catalogue.diplomas.iter().map(|d| d.code.as_str()).collect();
            let code = request.diploma.clone();
            return Err(ImportError::UnknownDiploma { code, known: known.join(", ") });
        }
        if catalogue.center(&request.center).is_none() {
            let known: Vec<_> = catalogue.centers.iter().map(|c| c.code.as_str()).collect();
            let code = request.center.clone();
            return Err(ImportError::UnknownCenter { code, known: known.join(", ") });
        }
    }
    Ok(catalogue)
}

/// What a folder holds, by name: the same folder always gives the same dossier.
fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn read(entry: &DirEntry) -> Result<Bytes, Why> {
    // Of the name itself, not of what a link leads to.
    let kind = entry.file_type().map_err(|_| Why::Unreadable)?;
    if kind.is_symlink() {
        return Err(Why::Link);
    }
    if kind.is_dir() {
        return Err(Why::Folder);
    }
    if !kind.is_file() {
        return Err(Why::NotAFile);
    }
    let file = File::open(entry.path()).map_err(|_| Why::Unreadable)?;
    let mut bytes = Vec::new();
    file.take(DOCUMENT_BYTES + 1).read_to_end(&mut bytes).map_err(|_| Why::Unreadable)?;
    let within = u64::try_from(bytes.len()).is_ok_and(|size| size <= DOCUMENT_BYTES);
    within.then(|| bytes.into()).ok_or(Why::TooLarge)
}

/// When a file was last written: unlike the time of the import, it is the same
/// when the folder is imported again. A time to come is not believed.
fn written_at(entry: &DirEntry, now: Timestamp) -> Timestamp {
    let written = entry.metadata().and_then(|metadata| metadata.modified()).ok();
    written.and_then(|time| Timestamp::try_from(time).ok()).map_or(now, |time| time.min(now))
}

async fn keep(
    data: &Data,
    file_name: String,
    bytes: Bytes,
    deposited_at: Timestamp,
) -> Result<IntakeFile, KeepError> {
    let kept = data.documents.keep(bytes).await?;
    Ok(IntakeFile {
        sha256: kept.sha256,
        size_bytes: kept.size_bytes,
        file_name,
        pages: Pages::All,
        deposited_at,
        replaces_previous: false,
    })
}

fn slot(number: usize, file: IntakeFile, catalogue: Option<&Catalogue>) -> IntakeSlot {
    let kind = kinds::of_name(&file.file_name);
    let part = catalogue.and_then(|c| c.piece_kind(&kind)).map(|entry| entry.part);
    IntakeSlot {
        key: SlotKey::new(format!("import/{number:03}")),
        part: part.unwrap_or(Part::Experience),
        kind,
        label: Some(file.file_name.clone()),
        job: None,
        requirement: Requirement::Useful,
        files: vec![file],
    }
}

fn intake(data: &Data, request: ImportRequest, slots: Vec<IntakeSlot>) -> Intake {
    let now = data.sources.now();
    let newest = slots.iter().flat_map(|slot| &slot.files).map(|file| file.deposited_at).max();
    let reference = request.reference.unwrap_or_else(|| {
        let id = data.sources.next_id().simple().to_string();
        format!("IMPORT-{}-{}", paris_day(now), &id[id.len() - 8..])
    });
    Intake {
        reference,
        status: request.status,
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: request.first_name,
            birth_name: request.birth_name,
            used_name: None,
            civility: None,
            birth_year: None,
        },
        diploma: request.diploma,
        route: None,
        center: request.center,
        jury: request.jury,
        signed_at: newest.unwrap_or(now),
        slots,
        jobs: Vec::new(),
        cited: Vec::new(),
    }
}
