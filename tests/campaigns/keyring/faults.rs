//! What becomes of a keyring.

use lutrin_app::error::ErrorCode;
use lutrin_app::given::Keyring as _;
use lutrin_app::view::BlockView;

use super::room::Keyring;
use super::system::SystemKeyring;

/// A way in which the keyring does not give the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It gives it.
    None,
    /// It is locked, and nobody is there to be asked.
    Locked,
    /// The bus does not let it be spoken to.
    Denied,
    /// No keyring runs.
    Missing,
    /// It has lost the key.
    KeyGone,
    /// Another key is under the name.
    OtherKey,
    /// Another keyring has taken its place, as after a change of desktop.
    OtherBackend,
    /// What is under the name is too large to be a key.
    TooLarge,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Locked,
        Self::Denied,
        Self::Missing,
        Self::KeyGone,
        Self::OtherKey,
        Self::OtherBackend,
        Self::TooLarge,
    ];

    /// Has it happen; gives the key where it is taken away.
    pub async fn befall(self, keyring: &mut Keyring, name: &str) -> Option<Vec<u8>> {
        let key = match self {
            Self::KeyGone | Self::OtherKey | Self::TooLarge => Some(read(name).await),
            _ => None,
        };
        match self {
            Self::None => {}
            Self::Locked => keyring.lock(),
            Self::Denied => keyring.deny(),
            Self::Missing => keyring.stop(),
            Self::KeyGone => {
                let name = name.to_owned();
                blocking(move || SystemKeyring.forget(&name).unwrap()).await;
            }
            Self::OtherKey => write(name, vec![9; 32]).await,
            Self::OtherBackend => keyring.replace().await,
            // More than a system takes that keeps 2,560 bytes for each secret.
            Self::TooLarge => write(name, vec![9; 4_096]).await,
        }
        key
    }

    /// Has it end.
    pub async fn mend(self, keyring: &mut Keyring, name: &str, key: Option<Vec<u8>>) {
        match self {
            Self::None => {}
            Self::Locked | Self::Missing | Self::OtherBackend => keyring.restart().await,
            Self::Denied => keyring.allow(),
            Self::KeyGone | Self::OtherKey | Self::TooLarge => write(name, key.unwrap()).await,
        }
    }

    /// Whether a new copy is offered: where waiting or unlocking would not help.
    pub fn may_start_over(self) -> bool {
        matches!(self, Self::KeyGone | Self::OtherKey | Self::OtherBackend | Self::TooLarge)
    }

    /// Whether this is what the person is told.
    pub fn check(self, run: &str, block: &BlockView) {
        let told: &[ErrorCode] = match self {
            Self::None => &[],
            // A keyring that asks, and is not answered, tells either.
            Self::Locked => &[ErrorCode::KeyringLocked, ErrorCode::KeyringDenied],
            Self::Denied => &[ErrorCode::KeyringDenied, ErrorCode::KeyringFailed],
            Self::Missing => &[ErrorCode::KeyringMissing],
            Self::KeyGone | Self::OtherBackend => &[ErrorCode::KeyringKeyMissing],
            Self::OtherKey | Self::TooLarge => &[ErrorCode::StoreWrongKey],
        };
        assert!(told.contains(&block.error.code), "{run}: told {:?}", block.error);
        assert_eq!(block.can_start_over, self.may_start_over(), "{run}");
        assert!(block.copy, "{run}: the copy may be left or its work exported");
    }
}

async fn read(name: &str) -> Vec<u8> {
    let name = name.to_owned();
    blocking(move || SystemKeyring.read(&name).unwrap().unwrap()).await
}

async fn write(name: &str, secret: Vec<u8>) {
    let name = name.to_owned();
    blocking(move || SystemKeyring.write(&name, &secret).unwrap()).await;
}

/// The keyring is never called on a thread that must answer.
async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(call).await.unwrap()
}
