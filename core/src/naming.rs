//! What commands and events tell alike: which project, thread and turn they name, and when.
//!
//! The list of the variants makes the accessors of the enum, and the list of a struct's fields says what it names: no
//! match has to be kept in step by hand.

/// Defines a [`tagged_enum`](crate::wire::tagged_enum) of structs that [tell what they name](named_ids), with the
/// accessors that are listed behind it.
macro_rules! naming_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident $variants:tt
        $( $(#[$accessor_meta:meta])* pub fn $accessor:ident; )+
    ) => {
        crate::wire::tagged_enum! {
            $(#[$meta])*
            pub enum $name $variants
        }

        impl $name {
            $( crate::naming::accessor! { $accessor $(#[$accessor_meta])* $variants } )+
        }
    };
}

/// An accessor of an enum: asks the payload, whichever it is.
macro_rules! accessor {
    ($accessor:ident $(#[$meta:meta])* {
        $( $(#[$variant_meta:meta])* $kind:literal => $variant:ident($payload:ident), )+
    }) => {
        crate::naming::accessor! { @ $accessor [$(#[$meta])*] $($variant)+ }
    };
    (@ project_id [$($meta:tt)*] $($variant:ident)+) => {
        $($meta)*
        #[must_use]
        pub const fn project_id(&self) -> Option<crate::values::ProjectId> {
            match self { $( Self::$variant(payload) => payload.named_project(), )+ }
        }
    };
    (@ thread_id [$($meta:tt)*] $($variant:ident)+) => {
        $($meta)*
        #[must_use]
        pub const fn thread_id(&self) -> Option<crate::values::ThreadId> {
            match self { $( Self::$variant(payload) => payload.named_thread(), )+ }
        }
    };
    (@ turn_id [$($meta:tt)*] $($variant:ident)+) => {
        $($meta)*
        #[must_use]
        pub const fn turn_id(&self) -> Option<crate::values::TurnId> {
            match self { $( Self::$variant(payload) => payload.named_turn(), )+ }
        }
    };
    (@ at [$($meta:tt)*] $($variant:ident)+) => {
        $($meta)*
        #[must_use]
        pub const fn at(&self) -> chrono::DateTime<chrono::Utc> {
            match self { $( Self::$variant(payload) => payload.at, )+ }
        }
    };
    (@ with_at [$($meta:tt)*] $($variant:ident)+) => {
        $($meta)*
        #[must_use]
        pub const fn with_at(mut self, at: chrono::DateTime<chrono::Utc>) -> Self {
            match &mut self { $( Self::$variant(payload) => payload.at = at, )+ }
            self
        }
    };
}

/// Which ids a struct of these fields names.
macro_rules! named_ids {
    ($name:ident: $($field:ident)*) => {
        #[allow(clippy::unused_self, reason = "what names nothing looks at nothing")]
        impl $name {
            pub(crate) const fn named_project(&self) -> Option<crate::values::ProjectId> {
                crate::naming::named_id!(self project_id: $($field)*)
            }

            pub(crate) const fn named_thread(&self) -> Option<crate::values::ThreadId> {
                crate::naming::named_id!(self thread_id: $($field)*)
            }

            pub(crate) const fn named_turn(&self) -> Option<crate::values::TurnId> {
                crate::naming::named_id!(self turn_id: $($field)*)
            }
        }
    };
}

/// The id in the field of this name, if it is among these fields.
macro_rules! named_id {
    ($self:ident project_id: project_id $($rest:ident)*) => { Some($self.project_id) };
    ($self:ident thread_id: thread_id $($rest:ident)*) => { Some($self.thread_id) };
    ($self:ident turn_id: turn_id $($rest:ident)*) => { Some($self.turn_id) };
    ($self:ident $id:ident: $other:ident $($rest:ident)*) => { crate::naming::named_id!($self $id: $($rest)*) };
    ($self:ident $id:ident:) => { None };
}

pub(crate) use {accessor, named_id, named_ids, naming_enum};
