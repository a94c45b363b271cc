//! The versions of the program.

/// The beginning.
pub(crate) mod first {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press level stamp <Int64> count <Integer> notes'.
        Pump>>note: anObject
            notes isNil ifTrue: [ notes := OrderedCollection new ].
            notes add: anObject.
        Pump>>keepNote: aString
            self note: (Note new text: aString; yourself).
        Pump>>keepBlock: aNumber
            self note: [ :x | x + aNumber ].
        Pump>>keepClass
            press := Note.

        Pump subclass: #BigPump
            instanceVariables: 'size'.

        Object subclass: #Note
            instanceVariables: 'text'.
        Note>>text
            ^ text.
        Note>>text: aString
            text := aString.
    "# }
}

/// Slots renamed, retyped, added and removed.
pub(crate) mod second {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'added <Integer> pressure level <Float> stamp count <Int64>'
            <slot: #pressure formerly: #press>.

        Pump subclass: #BigPump
            instanceVariables: 'size'.
    "# }
}

/// The same slots; where they come from is no longer told.
pub(crate) mod third {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'pressure level <Float> stamp count <Int64> later'.
        Pump subclass: #BigPump
            instanceVariables: 'size'.
    "# }
}

/// `migrateFrom:`, in brackets.
pub(crate) mod migrated {
    twintalk_runtime::twin! { r#"
        Twin subclass: Pump [
            | pressure level <Float> summary fromKeys |
            <slot: #pressure formerly: #press>

            migrateFrom: oldState [
                super migrateFrom: oldState.
                level := (oldState at: #level) isString ifTrue: [ -1 ] ifFalse: [ oldState at: #level ].
                summary := (oldState at: #notes ifAbsent: [ #() ]) size.
                fromKeys := oldState keys asSortedCollection asArray size.
            ]
        ]
        Pump subclass: BigPump [ | size | ]
    "# }
}

/// A `migrateFrom:` that fails for some.
pub(crate) mod failing {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press level count'.
        Pump>>migrateFrom: oldState
            count := 1.
            press := 100 / (oldState at: #level).
        Pump>>runaway
            ^ 1.
    "# }
}

/// Classes renamed: that of the twins, and those of objects in them; in methods of the class side.
pub(crate) mod renamed {
    twintalk_runtime::twin! { r#"
        Twin subclass: #WaterPump
            instanceVariables: 'press level stamp <Int64> count <Integer> notes'.
        WaterPump class>>formerly
            <formerly: #Pump>
        WaterPump>>note: anObject
            notes isNil ifTrue: [ notes := OrderedCollection new ].
            notes add: anObject.
        WaterPump>>keepBlock: aNumber
            self note: [ :x | x + aNumber ].
        WaterPump>>lastText
            ^ notes last contents.
        WaterPump>>runLast
            ^ notes last value: 1.

        WaterPump subclass: #BigPump
            instanceVariables: 'size'.

        Object subclass: #Remark
            instanceVariables: 'contents author'
            <formerly: #Note>
            <slot: #contents formerly: #text>.
        Remark>>contents
            ^ contents.
    "# }
}

/// The class of objects in twins renamed, and nothing else.
pub(crate) mod remarks {
    twintalk_runtime::twin! { r#"
        Twin subclass: Pump [
            | press level stamp <Int64> count <Integer> notes |
            last [ ^ notes last text ]
            kind [ ^ press name ]
        ]
        Object subclass: Remark [
            | text |
            <formerly: #Note>
            text [ ^ text ]
        ]
    "# }
}

/// The same; what the class was is no longer told.
pub(crate) mod only_remarks {
    twintalk_runtime::twin! { r#"
        Twin subclass: Pump [
            | press level stamp <Int64> count <Integer> notes |
            last [ ^ notes last text ]
            kind [ ^ press name ]
        ]
        Object subclass: Remark [
            | text |
            text [ ^ text ]
        ]
    "# }
}

/// No pumps.
pub(crate) mod gone {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Meter instanceVariables: 'reading'.
    "# }
}

/// No notes: the class of objects in a slot that stays.
pub(crate) mod without_notes {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press level stamp <Int64> count <Integer> notes'.
    "# }
}

/// Snapshots every so many events.
pub(crate) mod eager {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press level stamp <Int64> count <Integer> notes'.
        Pump class>>snapshotEvery
            ^ 3.
        Pump subclass: #BigPump
            instanceVariables: 'size'.
        BigPump class>>snapshotEvery
            ^ super snapshotEvery * 2.
    "# }
}

/// Events of one class are kept for no time, of another for long.
pub(crate) mod forgetful {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press level stamp <Int64> count <Integer> notes'.
        Pump class>>retention
            ^ Duration zero.
        Pump subclass: #BigPump
            instanceVariables: 'size'.
        BigPump class>>retention
            ^ Duration days: 4000.
    "# }
}

/// Events are kept for what is no length of time.
pub(crate) mod endless {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press'.
        Pump class>>retention
            ^ 30.
    "# }
}

/// Snapshots every so many events, which is no number.
pub(crate) mod senseless {
    twintalk_runtime::twin! { r#"
        Twin subclass: #Pump
            instanceVariables: 'press'.
        Pump class>>snapshotEvery
            ^ 'often'.
    "# }
}
