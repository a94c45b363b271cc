//! Functions: a method or a heap block, its frame of roots, its home, and its body.

use super::form::{Printed, bare};
use super::{BlockEntry, Emitter, hash};
use crate::infer::collects::operands_wait;
use crate::ir::{Block, Capture, ClassNumber, DeclaredType, Expr, Function, Kind, Local, LocalId, Method, Safepoint, Sharing};
use crate::known::Held;
use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// What `self` is where code is printed.
#[derive(Clone, Copy, PartialEq)]
pub enum Receiver {
    /// The turn's own twin, whose struct the class names.
    Twin(ClassNumber),
    /// An object or a class: a parameter of methods, held by blocks.
    Object,
    /// The top level has none.
    None,
}

/// A function being printed.
pub struct Writer<'a> {
    pub emitter: &'a Emitter<'a>,
    pub function: &'a Function,
    pub receiver: Receiver,
    /// Printing a heap block's own function.
    pub in_block: bool,
    /// What the block captured.
    pub captures: &'a [Capture],
    /// `Pump>>run`
    pub title: &'a str,
    /// The name of the method's function, which those of its blocks begin with.
    pub base: &'a Ident,
    /// The module it stands in.
    pub module: Option<&'a Ident>,
    /// The form of what it answers.
    pub answer: Held,
    pub(super) names: Vec<Ident>,
    /// Some call in it notes its place for a backtrace.
    pub traced: std::cell::Cell<bool>,
    /// It keeps values on the root stack.
    pub(super) framed: bool,
    /// How many operands wait on the root stack here, and at most.
    pub waiting: std::cell::Cell<usize>,
    pub(super) most_waiting: std::cell::Cell<usize>,
    /// The end of the loop that is printed, if that lifts variables off the root stack.
    pub(super) lifted: std::cell::Cell<Option<&'a Safepoint>>,
    /// Functions of the blocks found on the way.
    pub blocks: std::cell::RefCell<Vec<TokenStream>>,
}

impl<'a> Emitter<'a> {
    /// A method's function and those of its blocks.
    pub fn method(&'a self, method: &'a Method) -> TokenStream {
        self.selector.set(method.selector);
        let class = self.module.classes.get(method.origin);
        let side = if method.class_side { " class" } else { "" };
        let owner = method.from_trait.as_ref().filter(|_| method.sharing == Sharing::Home).unwrap_or(&class.name);
        let title = format!("{owner}{side}>>{}", method.selector_text);
        let base = self.function_name(method.class, method.origin, method.class_side, method.selector);
        let module = self.module_name(method.class, method.class_side);
        let twin = self.module.classes.get(method.class).twin && !method.class_side;
        let receiver = if twin { Receiver::Twin(method.class) } else { Receiver::Object };
        let signature = self.signature(method);
        let mut writer = Writer::new(self, &method.function, receiver, None, &title, &base, Some(&module));
        writer.answer = signature.answer;
        let arguments: Vec<Ident> = writer.names[..method.function.arguments].to_vec();
        let this = (!twin).then(|| quote!(this: rt::Value,));
        if let Sharing::Of(home) = method.sharing {
            let (module, function) =
                (self.module_name(home, method.class_side), self.function_name(home, home, method.class_side, method.selector));
            let doc = format!(" `{title}`: that of `{}`.", self.module.classes.get(home).name);
            return quote! {
                #[doc = #doc]
                pub fn #base(this: rt::Value, #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                    #module::#function(this, #(#arguments,)* t)
                }
            };
        }
        let primitive = method.primitive.as_ref().map(|name| {
            let name = format_ident!("{name}");
            quote! { if let Some(answer) = rt::prim::#name(this #(, #arguments)*, t)? { return Ok(answer); } }
        });
        let unboxed = self.unboxed(method);
        let body = writer.body(method.result.as_ref(), unboxed.as_ref().unwrap_or(&signature.arguments));
        let here = writer.here(method.span);
        let (types, answer) = (signature.types(), signature.answer_type());
        let wrapper = self.wrapper(method, &signature, &base, &arguments, twin);
        let inline = self.inline(method, writer.guards());
        let mut doc = format!(" `{title}` ({}:{})", self.path(method.span), self.line(method.span));
        if let Some(version) = &method.version {
            doc.push_str(&format!(" where {version}."));
        }
        if let Some(comment) = &method.comment {
            doc.push_str("\n\n ");
            doc.push_str(&comment.replace('\n', "\n "));
        }
        if let Some(forms) = unboxed {
            let checks = writer.float_checks(&arguments, &forms);
            let (own, own_doc) = (Self::unboxed_name(&base), format!(" `{title}`, its Floats as such."));
            let own_types = forms.iter().map(|form| super::form::rust_type(*form));
            return quote! {
                #[doc = #doc]
                #inline
                pub fn #base(#(#arguments: #types,)* t: &mut rt::Turn) -> #answer {
                    #checks
                    #own(#(#arguments,)* t)
                }
                #[doc = #own_doc]
                #inline
                pub fn #own(#(#arguments: #own_types,)* t: &mut rt::Turn) -> #answer {
                    #here
                    #body
                }
            };
        }
        let blocks = writer.blocks.into_inner();
        quote! {
            #[doc = #doc]
            #inline
            pub fn #base(#this #(#arguments: #types,)* t: &mut rt::Turn) -> #answer {
                #here
                #primitive
                #body
            }
            #wrapper
            #(#blocks)*
        }
    }

    /// The top-level statements: a function each.
    pub fn top(&'a self) -> TokenStream {
        let functions = self.module.top.iter().enumerate().map(|(i, top)| {
            let base = format_ident!("statement_{}", i + 1);
            let module = format_ident!("top");
            let writer = Writer::new(self, &top.function, Receiver::None, None, "top level", &base, Some(&module));
            let body = writer.body(None, &[]);
            let here = writer.here(top.span);
            let blocks = writer.blocks.into_inner();
            let what = if self.module.target.is_program() { "The top-level statements" } else { "A top-level statement" };
            let doc = format!(" {what} ({}:{}).", self.path(top.span), self.line(top.span));
            quote! {
                #[doc = #doc]
                pub fn #base(t: &mut rt::Turn) -> rt::Answer {
                    #here
                    #body
                }
                #(#blocks)*
            }
        });
        if self.module.top.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// The top level.
            pub mod top {
                use super::*;
                use rt::At as _;
                #(#functions)*
            }
        }
    }
}

impl<'a> Writer<'a> {
    pub fn new(
        emitter: &'a Emitter<'a>,
        function: &'a Function,
        receiver: Receiver,
        in_block: Option<&'a Block>,
        title: &'a str,
        base: &'a Ident,
        module: Option<&'a Ident>,
    ) -> Writer<'a> {
        let names = local_names(&function.locals);
        let captures = in_block.map_or(&[][..], |block| &block.captures[..]);
        Writer {
            emitter,
            function,
            receiver,
            in_block: in_block.is_some(),
            captures,
            title,
            base,
            module,
            answer: Held::Value,
            names,
            traced: Default::default(),
            framed: function.frame > 0 || operands_wait(&function.locals, &function.body),
            waiting: Default::default(),
            most_waiting: Default::default(),
            lifted: Default::default(),
            blocks: Default::default(),
        }
    }

    /// Where a function stands, for backtraces, if any of its calls can fail. Asked after the body is printed.
    fn here(&self, span: crate::source::Span) -> TokenStream {
        if !self.traced.get() {
            return TokenStream::new();
        }
        let (title, path) = (self.title, self.emitter.path(span));
        quote! { const HERE: rt::Here = rt::Here::new(#title, #path); }
    }

    pub fn name(&self, local: usize) -> &Ident {
        &self.names[local]
    }

    pub(super) fn function_statements(&self, result: Option<&DeclaredType>) -> TokenStream {
        let mut out = TokenStream::new();
        let body = &self.function.body[usize::from(self.guards())..];
        // Temporaries are nil as yet.
        let fresh = |part: &&Expr| matches!(part.kind, Kind::Fresh(local) if !self.function.locals[local].cell);
        let body = &body[body.iter().take_while(fresh).count()..];
        let (last, others) = match body.split_last() {
            Some((last, others)) => (Some(last), others),
            None => (None, &[][..]),
        };
        others.iter().for_each(|expression| out.extend(self.statement(expression)));
        let value = match last {
            Some(Expr { kind: Kind::Return(value), .. }) => match result {
                Some(declared) => {
                    let checked = self.checked(self.value(value), declared, "the result");
                    bare(Printed::value(checked).held_as(self.answer, &self.function.result))
                }
                None => bare(self.held(value, self.answer)),
            },
            Some(last) if matches!(last.kind, Kind::ReturnHome(_)) => {
                out.extend(self.statement(last));
                return out;
            }
            Some(last) if self.in_block => self.value(last),
            last => {
                out.extend(last.map(|last| self.statement(last)));
                self.falls_off()
            }
        };
        out.extend(self.leave(quote!(#value)));
        out
    }

    fn falls_off(&self) -> TokenStream {
        let this = match self.receiver {
            _ if self.in_block => quote!(rt::Value::NIL),
            Receiver::None => quote!(rt::Value::NIL),
            _ => self.this(),
        };
        Printed::value(this).held_as(self.answer, &self.function.result)
    }

    /// A value converted to a declared type, or an error that names the variable.
    pub fn checked(&self, value: TokenStream, declared: &DeclaredType, name: &str) -> TokenStream {
        let classes = declared.classes.iter().map(|class| self.emitter.class_number(*class));
        let nil = declared.nil;
        let text = &declared.text;
        quote! { rt::check(#value, &rt::Declared { classes: &[#(#classes),*], nil: #nil, text: #text }, #name, t)? }
    }

    /// The value of `self`.
    pub fn this(&self) -> TokenStream {
        match self.receiver {
            Receiver::Twin(_) => quote!(rt::Value::SELF),
            Receiver::None => quote!(rt::Value::NIL),
            Receiver::Object if self.in_block => {
                let block = self.block();
                quote!(rt::block_self(#block, t))
            }
            Receiver::Object => match self.rooted_self() {
                Some(at) => quote!(t.root(frame + #at)),
                None => quote!(this),
            },
        }
    }

    /// The heap block whose function this is.
    pub fn block(&self) -> TokenStream {
        match self.rooted_self() {
            Some(at) => quote!(t.root(frame + #at)),
            None => quote!(block),
        }
    }

    /// Where the root stack has `self`, or the block, here.
    fn rooted_self(&self) -> Option<proc_macro2::Literal> {
        let is_lifted = self.lifted.get().is_some_and(|end| end.lifts_self);
        self.function.rooted_self.filter(|_| !is_lifted).map(index)
    }

    /// Where the root stack has a local here.
    pub(super) fn root(&self, local: usize) -> Option<proc_macro2::Literal> {
        let is_lifted = self.lifted.get().is_some_and(|end| end.lifts.contains(&local));
        self.function.locals[local].root.filter(|_| !is_lifted).map(index)
    }

    /// Prints a block's function beside its method's and answers its number.
    pub fn block_function(&self, block: &Block) -> TokenStream {
        let base = format_ident!("{}_block_{}", self.base, block.ordinal);
        let title = format!("[] in {}", self.title.trim_start_matches("[] in "));
        let inner = Writer::new(self.emitter, &block.function, self.receiver, Some(block), &title, self.base, self.module);
        let arguments = inner.names[..block.function.arguments].to_vec();
        let forms = vec![Held::Value; block.function.arguments];
        let body = inner.body(None, &forms);
        let here = inner.here(block.span);
        let doc = format!(" `{title}` ({}:{})", self.emitter.path(block.span), self.emitter.line(block.span));
        let mut blocks = self.blocks.borrow_mut();
        blocks.push(quote! {
            #[doc = #doc]
            pub fn #base(block: rt::Value, #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                #here
                #body
            }
        });
        blocks.extend(inner.blocks.into_inner());
        let mut table = self.emitter.blocks.borrow_mut();
        let path = match self.module {
            Some(module) => quote!(#module::#base),
            None => quote!(#base),
        };
        table.push(BlockEntry {
            path,
            arguments: block.function.arguments,
            method: self.title.trim_start_matches("[] in ").to_string(),
            ordinal: block.ordinal,
            hash: hash(self.emitter.text(block.span)),
            selector: self.emitter.selector.get(),
            source: self.emitter.text(block.span).to_string(),
        });
        let number = (table.len() - 1) as u32;
        if self.emitter.is_library() { quote!(#number) } else { quote!(rt::library::BLOCK_COUNT + #number) }
    }
}

/// An index without its type's suffix.
pub fn index(at: usize) -> proc_macro2::Literal {
    proc_macro2::Literal::usize_unsuffixed(at)
}

/// The hidden limits of the loops that count in `i64`: they are declared where the loop begins.
pub fn limits(function: &Function) -> BTreeSet<LocalId> {
    let mut found = BTreeSet::new();
    for expression in &function.body {
        expression.visit(&mut |part| {
            if let Kind::Count { counter, limit, .. } = &part.kind
                && function.locals[*counter].held() == Held::Int
            {
                found.insert(*limit);
            }
        });
    }
    found
}

fn local_names(locals: &[Local]) -> Vec<Ident> {
    let mut taken = BTreeSet::new();
    let reserved = ["block", "answer", "value", "general"];
    locals
        .iter()
        .map(|local| {
            let name = names::variable(&local.name);
            let name = if reserved.contains(&name.as_str()) || name.starts_with("held_") || name.starts_with("cursor_") {
                format!("{name}_")
            } else {
                name
            };
            let mut candidate = name.clone();
            let mut number = 2;
            while !taken.insert(candidate.clone()) {
                candidate = format!("{name}_{number}");
                number += 1;
            }
            format_ident!("{candidate}")
        })
        .collect()
}
