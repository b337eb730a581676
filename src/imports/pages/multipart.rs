//! The form with a file.

use std::convert::Infallible;

use actix_multipart::Multipart;
use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::sync::OwnedSemaphorePermit;

use crate::error::AppError;
use crate::web::body;

/// The fields of "Import a file".
#[derive(Debug, Default)]
pub(super) struct Upload {
    pub file: Vec<u8>,
    /// Empty if no file was chosen.
    pub file_name: String,
    /// Pasted.
    pub text: String,
    /// To hold these in memory.
    pub _permit: Option<OwnedSemaphorePermit>,
}

/// Reads the posted form; another content type is a 415.
pub(super) async fn read(req: &HttpRequest) -> Result<Upload, AppError> {
    if !req.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(AppError::UnsupportedType(
            "Send the form as multipart/form-data.".to_owned(),
        ));
    }
    let body::File { content, permit } = body::file(req).await?;
    let whole = stream::iter([Ok::<Bytes, Infallible>(content)]).map(|piece| piece.map_err(never));
    let mut form = Multipart::new(req.headers(), whole);
    let mut upload = Upload {
        _permit: Some(permit),
        ..Upload::default()
    };
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| malformed())?;
        let disposition = field.content_disposition();
        let name = disposition.and_then(|disposition| disposition.get_name());
        let name = name.unwrap_or_default().to_owned();
        let file_name = disposition.and_then(|disposition| disposition.get_filename());
        let file_name = file_name.unwrap_or_default().to_owned();
        let mut content = Vec::new();
        while let Some(piece) = field.next().await {
            content.extend_from_slice(&piece.map_err(|_| malformed())?);
        }
        match name.as_str() {
            "file" => {
                upload.file = content;
                upload.file_name = file_name;
            }
            "text" => {
                upload.text = String::from_utf8(content)
                    .map_err(|_| AppError::BadRequest("The pasted text isn't UTF-8.".to_owned()))?;
            }
            _ => {}
        }
    }
    Ok(upload)
}

fn never(error: Infallible) -> PayloadError {
    match error {}
}

fn malformed() -> AppError {
    AppError::BadRequest("The form can't be read. Choose the file again.".to_owned())
}
