//! Expressions and statements. The turn is the last parameter of every call, so calls nest as in Smalltalk.

use super::form::{Printed, bare};
use super::function::{Writer, index};
use crate::ir::{Block, Const, Expr, Kind, LocalId, Place};
use crate::known::{Held, Known};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

impl Writer<'_> {
    /// An expression whose value is not used.
    pub fn statement(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::Const(_) | Kind::This | Kind::Local(_) | Kind::Slot(_) | Kind::Captured(_) => TokenStream::new(),
            Kind::SetLocal(local, value) => self.assign(*local, value),
            Kind::SetCaptured(at, value) => {
                let at = index(*at);
                let (value, block) = (self.value(value), self.block());
                quote! { let value = #value; rt::cell_set(rt::captured(#block, #at, t), value, t)?; }
            }
            Kind::SetSlot(at, value) => self.store(*at, value),
            Kind::SetSlotOf(object, at, value) => self.set_slot_of(object, *at, self.value(value)),
            Kind::TakeSlots(object, slots) => self.take_slots(*object, slots),
            Kind::PutSlots(slots) => self.put_slots(slots),
            Kind::SetClassVariable(at, value) => {
                let at = index(*at);
                let value = self.value(value);
                quote! { rt::set_class_variable(#at, #value, t)?; }
            }
            Kind::SetClassSlot(at, value) => {
                let at = index(*at);
                let (value, this) = (self.value(value), self.this());
                quote! { let value = #value; rt::set_class_slot(#this, #at, value, t)?; }
            }
            Kind::SetGlobal(name, value) => {
                let value = self.value(value);
                quote! { rt::set_global(#name, #value, t)?; }
            }
            Kind::Fresh(local) if self.function.locals[*local].held() != Held::Value => TokenStream::new(),
            Kind::Fresh(local) => {
                let fresh = if self.function.locals[*local].cell { quote!(rt::cell(rt::Value::NIL, t)) } else { quote!(rt::Value::NIL) };
                self.set_place(*local, fresh)
            }
            Kind::If(..) | Kind::IfNil(..) | Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) | Kind::BackEdge(_) => {
                self.control_statement(expression)
            }
            Kind::Each(each) if !each.step.is_test() => self.each_statement(each, expression.span),
            Kind::And(..) | Kind::Or(..) | Kind::Each(_) => {
                let condition = bare(self.condition(expression));
                quote! { let _ = #condition; }
            }
            Kind::Sequence(all) => all.iter().map(|each| self.statement(each)).collect(),
            Kind::Return(value) => {
                let value = bare(self.held(value, self.answer));
                let answer = self.leave(quote!(#value));
                quote! { return #answer; }
            }
            Kind::ReturnHome(value) => {
                let (value, block) = (self.value(value), self.block());
                quote! { let value = #value; return rt::return_from(rt::block_home(#block, t), value, t); }
            }
            _ => {
                let printed = self.printed(expression);
                let value = printed.tokens;
                // What only names something has no effect.
                if !value.clone().into_iter().any(|token| matches!(token, proc_macro2::TokenTree::Group(_))) {
                    return TokenStream::new();
                }
                if printed.held == Held::Value {
                    quote! { #value; }
                } else {
                    quote! { let _ = #value; }
                }
            }
        }
    }

    /// An expression without parts that give its value, in the form in which it prints at once.
    pub fn printed(&self, expression: &Expr) -> Printed {
        match &expression.kind {
            Kind::Const(Const::Int(value)) => Printed::new(Held::Int, super::form::integer(*value)),
            Kind::Const(Const::Float(value)) => Printed::new(Held::Float, super::literal::float(*value)),
            Kind::Const(Const::True) => Printed::new(Held::Boolean, quote!(true)),
            Kind::Const(Const::False) => Printed::new(Held::Boolean, quote!(false)),
            Kind::Local(local) => Printed::new(self.function.locals[*local].held(), self.local(*local)),
            Kind::SetLocal(local, value) => {
                let (info, name) = (&self.function.locals[*local], self.name(*local));
                if info.held() == Held::Value || info.declared.is_some() {
                    return Printed::value(self.assigned(expression, value));
                }
                let set = self.assign(*local, value);
                Printed::new(info.held(), quote! { { #set #name } })
            }
            Kind::Send(send) => self.send(send, &expression.known, expression.span),
            _ => Printed::value(self.plain(expression)),
        }
    }

    /// What prints as a value and as nothing else.
    fn plain(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::Const(constant) => self.constant(constant),
            Kind::This => self.this(),
            Kind::Captured(at) => self.captured(*at),
            Kind::Slot(at) => self.slot(*at),
            Kind::SlotOf(object, at) => {
                let (object, at) = (self.value(object), index(*at));
                quote!(rt::slot(#object, #at, t))
            }
            Kind::ClassVariable(at) => {
                let at = index(*at);
                quote!(rt::class_variable(#at, t))
            }
            Kind::ClassSlot(at) => {
                let at = index(*at);
                let this = self.this();
                quote!(rt::class_slot(#this, #at, t))
            }
            Kind::Global(name) => quote!(rt::global(#name, t)?),
            Kind::SetCaptured(_, value)
            | Kind::SetSlot(_, value)
            | Kind::SetSlotOf(_, _, value)
            | Kind::SetClassVariable(_, value)
            | Kind::SetClassSlot(_, value)
            | Kind::SetGlobal(_, value) => self.assigned(expression, value),
            Kind::Each(each) => self.each_value(each, expression.span),
            Kind::TakeSlots(..) | Kind::PutSlots(_) => {
                let statement = self.statement(expression);
                quote! { { #statement rt::Value::NIL } }
            }
            Kind::Block(block) => self.make_block(block),
            Kind::Brace(elements) => {
                self.values_of(&elements.iter().collect::<Vec<_>>(), |elements| quote!(rt::array(&[#(#elements),*], t)?))
            }
            _ => self.value(expression),
        }
    }

    /// An assignment whose value is used: the value is stored, then answered. Storing never collects.
    fn assigned(&self, expression: &Expr, value: &Expr) -> TokenStream {
        let value = self.value(value);
        let held = self.emitter.temporary();
        let store = match &expression.kind {
            Kind::SetLocal(local, _) => self.set_local(*local, quote!(#held)),
            Kind::SetCaptured(at, _) => {
                let at = index(*at);
                let block = self.block();
                quote! { rt::cell_set(rt::captured(#block, #at, t), #held, t)?; }
            }
            Kind::SetSlot(at, _) => self.set_slot(*at, quote!(#held)),
            Kind::SetSlotOf(object, at, _) => self.set_slot_of(object, *at, quote!(#held)),
            Kind::SetClassVariable(at, _) => {
                let at = index(*at);
                quote! { rt::set_class_variable(#at, #held, t)?; }
            }
            Kind::SetClassSlot(at, _) => {
                let at = index(*at);
                let this = self.this();
                quote! { rt::set_class_slot(#this, #at, #held, t)?; }
            }
            Kind::SetGlobal(name, _) => quote! { rt::set_global(#name, #held, t)?; },
            _ => TokenStream::new(),
        };
        quote! { { let #held = #value; #store #held } }
    }

    /// Statements of which the last gives the value, in a form.
    pub fn values(&self, all: &[Expr], wanted: Held) -> TokenStream {
        let Some((last, others)) = all.split_last() else {
            return Printed::value(quote!(rt::Value::NIL)).held_as(wanted, &Known::any());
        };
        let others: TokenStream = others.iter().map(|each| self.statement(each)).collect();
        match &last.kind {
            Kind::Return(_) | Kind::ReturnHome(_) => {
                let last = self.statement(last);
                quote! { #others #last }
            }
            _ => {
                let last = self.held(last, wanted);
                quote! { #others #last }
            }
        }
    }

    pub fn constant(&self, constant: &Const) -> TokenStream {
        match constant {
            Const::Nil => quote!(rt::Value::NIL),
            Const::True => quote!(rt::Value::TRUE),
            Const::False => quote!(rt::Value::FALSE),
            Const::Int(value) => {
                let value = Literal::i64_unsuffixed(*value);
                quote!(rt::Value::int(#value))
            }
            Const::Float(value) => {
                let value = super::literal::float(*value);
                quote!(rt::Value::float(#value))
            }
            Const::Character(c) => quote!(rt::Value::character(#c)),
            Const::Symbol(number) => {
                let number = self.emitter.symbol_number(*number);
                quote!(rt::Value::symbol(#number))
            }
            Const::Class(class) => {
                let number = self.emitter.class_number(*class);
                quote!(rt::Value::class(#number))
            }
            Const::Literal(at) => {
                let at = index(*at);
                if self.emitter.is_library() { quote!(t.library_literal(#at)) } else { quote!(t.literal(#at)) }
            }
        }
    }

    pub fn place(&self, local: LocalId) -> TokenStream {
        let name = self.name(local);
        match self.root(local) {
            Some(at) => quote!(t.root(frame + #at)),
            None => quote!(#name),
        }
    }

    pub(super) fn set_place(&self, local: LocalId, value: TokenStream) -> TokenStream {
        let name = self.name(local);
        match self.root(local) {
            Some(at) => quote! { let value = #value; t.set_root(frame + #at, value); },
            None => quote! { #name = #value; },
        }
    }

    pub fn local(&self, local: LocalId) -> TokenStream {
        let place = self.place(local);
        if self.function.locals[local].cell { quote!(rt::cell_get(#place, t)) } else { place }
    }

    /// Assigns an expression, in the form of the variable.
    pub fn assign(&self, local: LocalId, value: &Expr) -> TokenStream {
        let info = &self.function.locals[local];
        if info.held() == Held::Value {
            let value = self.value(value);
            return self.set_local(local, value);
        }
        let name = self.name(local);
        if info.declared.as_ref().is_some_and(|declared| !self.admits(declared, &value.known)) {
            let value = self.value(value);
            return self.set_local(local, value);
        }
        let value = bare(self.held(value, info.held()));
        quote! { #name = #value; }
    }

    /// Assigns a value.
    pub fn set_local(&self, local: LocalId, value: TokenStream) -> TokenStream {
        let info = &self.function.locals[local];
        let value = match &info.declared {
            Some(declared) if local >= self.function.arguments => self.checked(value, declared, &info.name),
            _ => value,
        };
        if info.cell {
            let place = self.place(local);
            return quote! { let value = #value; rt::cell_set(#place, value, t)?; };
        }
        let value = Printed::value(value).held_as(info.held(), &info.known);
        self.set_place(local, value)
    }

    fn captured(&self, at: usize) -> TokenStream {
        let (block, cell, at) = (self.block(), self.captures[at].cell, index(at));
        if cell { quote!(rt::cell_get(rt::captured(#block, #at, t), t)) } else { quote!(rt::captured(#block, #at, t)) }
    }

    fn make_block(&self, block: &Block) -> TokenStream {
        let number = self.block_function(block);
        let arguments = Literal::u8_unsuffixed(block.function.arguments as u8);
        let home = match (block.returns_home, self.in_block) {
            (false, _) => quote!(rt::Value::NIL),
            (true, false) => quote!(home),
            (true, true) => {
                let outer = self.block();
                quote!(rt::block_home(#outer, t))
            }
        };
        let this = if block.uses_self { self.this() } else { quote!(rt::Value::NIL) };
        let captured = block.captures.iter().map(|capture| match capture.from {
            Place::Local(local) => {
                let info = &self.function.locals[local];
                Printed::new(info.held(), self.place(local)).held_as(Held::Value, &info.known)
            }
            Place::Captured(at) => {
                let (outer, at) = (self.block(), index(at));
                quote!(rt::captured(#outer, #at, t))
            }
        });
        quote! { rt::block(#number, #arguments, #home, #this, &[#(#captured),*], t) }
    }
}

impl super::Emitter<'_> {
    /// The field of a twin's slot.
    pub fn field(&self, class: u32, at: usize) -> proc_macro2::Ident {
        let slot = &self.module.classes.get(class).slots[at];
        let name = crate::names::variable(&slot.name);
        if name == "core" { format_ident!("core_") } else { format_ident!("{name}") }
    }
}
