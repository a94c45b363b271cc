//! Enumerations in place: what the runtime's cursors do.

use super::form::{Printed, bare};
use super::function::Writer;
use crate::ir::{Each, Expr, Step};
use crate::known::Held;
use crate::source::Span;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The Rust variable of a cursor.
pub fn cursor(number: usize) -> Ident {
    format_ident!("cursor_{}", number + 1)
}

impl Writer<'_> {
    /// A step that answers `true` or `false`, as a Rust condition.
    pub fn each_test(&self, each: &Each, span: Span) -> TokenStream {
        let (cursor, at) = (cursor(each.cursor), self.at(span));
        let operands: Vec<&Expr> = each.operands.iter().collect();
        match &each.step {
            Step::Of(classes) => {
                let numbers: Vec<TokenStream> = classes.iter().map(|class| self.emitter.class_number(*class)).collect();
                self.values_of(&operands, |values| quote!({ let class = rt::class_of(#(#values,)* t); #(class == #numbers)||* }))
            }
            Step::Begin(_) if self.exact_walk(each).is_some() => self.values_of(&operands, |values| {
                let begin = self.exact_walk(each).map(|[begin, _]| format_ident!("{begin}"));
                quote!({ rt::each::#begin(#(#values,)* &mut #cursor, t); true })
            }),
            Step::Begin(walk) => {
                let walk = format_ident!("{walk}");
                self.values_of(&operands, |values| match values {
                    [collection] => quote!(rt::each::begin(rt::each::Walk::#walk, #collection, &mut #cursor, t)),
                    values => quote!(rt::each::begin_range(#(#values,)* &mut #cursor, t)),
                })
            }
            Step::Find(walk) => {
                let walk = format_ident!("{walk}");
                self.values_of(&operands, |values| quote!(rt::each::find(rt::each::Walk::#walk, #(#values,)* &mut #cursor, t)#at))
            }
            Step::Any => quote!(#cursor.any()),
            Step::SameSize(other) => {
                let other = self::cursor(*other);
                quote!(#cursor.same_size(&#other))
            }
            _ => self.values_of(&operands, |values| {
                let element = each.element.map(|local| self.set_local(local, quote!(held_next)));
                let key = each.key.map(|local| self.set_local(local, quote!(rt::each::key(#(#values,)* &#cursor, t))));
                let next = self.exact_walk(each).map_or("next", |[_, next]| next);
                let next = format_ident!("{next}");
                let next = quote!(rt::each::#next(#(#values,)* &mut #cursor, t)#at);
                match (element, key) {
                    (None, None) => quote!(#next.is_some()),
                    (element, key) => quote!(match #next {
                        Some(held_next) => {
                            #element
                            #key
                            true
                        }
                        None => false,
                    }),
                }
            }),
        }
    }

    /// How to go through a collection whose class is certain.
    fn exact_walk(&self, each: &Each) -> Option<[&'static str; 2]> {
        let known = &each.operands.first()?.known;
        let [class] = known.others() else { return None };
        let name = &self.emitter.module.classes.get(*class & !super::METACLASS).name;
        let exact = known.only(crate::known::OTHER) && self.emitter.module.classes.is_library(*class & !super::METACLASS);
        if exact { crate::walks::exact(name, each.walk) } else { None }
    }

    /// A step as a value.
    pub fn each_value(&self, each: &Each, span: Span) -> TokenStream {
        let (cursor, at) = (cursor(each.cursor), self.at(span));
        let operands: Vec<&Expr> = each.operands.iter().collect();
        match each.step {
            Step::Gather => self.values_of(&operands, |values| quote!(rt::each::gather(#(#values,)* &mut #cursor, t)#at)),
            Step::Put => self.values_of(&operands, |values| quote!(rt::each::put(#(#values,)* &mut #cursor, t)#at)),
            Step::Gathered => self.values_of(&operands, |values| quote!(rt::each::gathered(#(#values,)* &#cursor, t)#at)),
            _ => {
                let test = self.each_test(each, span);
                quote!(rt::Value::boolean(#test))
            }
        }
    }

    /// A step whose value is not used.
    pub fn each_statement(&self, each: &Each, span: Span) -> TokenStream {
        let value = self.each_value(each, span);
        quote! { #value; }
    }

    /// An expression in whose blocks `^` returns from here.
    pub fn home_value(&self, inner: &Expr, wanted: Held) -> TokenStream {
        let value = self.value(inner);
        let passed = Printed::value(quote!(value)).held_as(wanted, &inner.known);
        let returned = bare(Printed::value(quote!(value)).held_as(self.answer, &self.function.result));
        let returned = self.leave(quote!(#returned));
        quote! {
            match t.detour(|home, t| Ok(#value))? {
                rt::Detour::Passed(value) => #passed,
                rt::Detour::Returned(value) => return #returned,
            }
        }
    }
}
