//! The sources as a graph: which file names what of which other, read from the parsed code rather than from its text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The Rust files below a folder of the repository, by path.
pub(crate) fn rust_files(folder: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = vec![root.join(folder)];
    let mut found = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap();
                let name = name.to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// A path, as `["crate", "plan", "Step"]`.
type Words = Vec<String>;

/// What one file says, its tests aside.
#[derive(Default)]
pub(crate) struct File {
    /// `["plan", "step"]`; empty for `lib.rs`.
    module: Words,
    /// The names of the items at its top.
    defines: BTreeSet<String>,
    /// Structs, enums, traits and type aliases among them.
    pub(crate) types: BTreeSet<String>,
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// Those that are there for tests alone.
    for_tests: BTreeSet<String>,
    uses: Vec<Use>,
    /// Every other path of two words or more.
    paths: BTreeSet<Words>,
    /// Whether it has more than modules and uses.
    pub(crate) logic: bool,
    /// Whether something in it is `async`.
    pub(crate) is_async: bool,
}

struct Use {
    path: Words,
    /// What the file calls it; `None` for `*`.
    name: Option<String>,
    public: bool,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// An item of a module of ours, or the module.
    Inside(Words),
    /// Another crate's.
    Outside(Words),
}

/// All files of `src`.
pub(crate) struct House {
    pub(crate) files: BTreeMap<String, File>,
    by_module: BTreeMap<Words, String>,
}

impl House {
    pub(crate) fn read() -> Self {
        Self::of(rust_files("src"))
    }

    /// A house of these texts, by path.
    pub(crate) fn of(texts: BTreeMap<String, String>) -> Self {
        let mut files: BTreeMap<String, File> = texts
            .into_iter()
            .map(|(name, text)| {
                let file = File::parse(&name, &text);
                (name, file)
            })
            .collect();
        let for_tests: BTreeSet<Words> = files
            .values()
            .flat_map(|file| {
                let names = file.for_tests.iter();
                names.map(|name| file.module.iter().chain([name]).cloned().collect())
            })
            .collect();
        files.retain(|_, file| !for_tests.iter().any(|test| file.module.starts_with(test)));
        let by_module = files
            .iter()
            .map(|(name, file)| (file.module.clone(), name.clone()))
            .collect();
        Self { files, by_module }
    }

    /// What a file names: by its uses and by paths in its code. What it hands on (`pub use` in a `mod.rs`) isn't its own need.
    pub(crate) fn needs(&self, name: &str) -> BTreeSet<Target> {
        let file = &self.files[name];
        let hands_on = name.ends_with("/mod.rs");
        let uses = file.uses.iter().filter(|one| !(hands_on && one.public));
        uses.map(|one| &one.path)
            .chain(&file.paths)
            .filter_map(|path| self.resolve(file, path, 0))
            .collect()
    }

    /// The file behind a module, unless it only hands on what other files have.
    pub(crate) fn file_of(&self, module: &[String]) -> Option<&str> {
        let name = self.by_module.get(module)?;
        self.files[name].logic.then_some(name)
    }

    fn resolve(&self, from: &File, path: &[String], depth: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        if depth > 16 {
            return None;
        }
        match first.as_str() {
            "crate" | "aerialctl" => self.walk(Words::new(), rest, depth),
            "self" => self.walk(from.module.clone(), rest, depth),
            "super" => {
                let ups = path.iter().take_while(|word| *word == "super").count();
                let module = from.module.get(..from.module.len().checked_sub(ups)?)?;
                self.walk(module.to_vec(), &path[ups..], depth)
            }
            "Self" => None,
            word => {
                let bound = from.uses.iter().find(|one| {
                    one.name.as_deref() == Some(word) && one.path != path && one.path[0] != word
                });
                if let Some(bound) = bound {
                    let whole: Words = bound.path.iter().chain(rest).cloned().collect();
                    self.resolve(from, &whole, depth + 1)
                } else if from.children.contains(word) {
                    self.walk(from.module.clone(), path, depth)
                } else {
                    let a_crate = word.starts_with(|c: char| c.is_lowercase());
                    a_crate.then(|| Target::Outside(path.to_vec()))
                }
            }
        }
    }

    /// From a module down a path: through modules, and through what a module hands on to where it is defined.
    fn walk(&self, mut module: Words, mut rest: &[String], depth: usize) -> Option<Target> {
        while let Some((word, further)) = rest.split_first() {
            let child: Words = module.iter().chain([word]).cloned().collect();
            if self.by_module.contains_key(&child) {
                (module, rest) = (child, further);
                continue;
            }
            let file = &self.files[self.by_module.get(&module)?];
            if file.defines.contains(word) {
                break;
            }
            let named = file.uses.iter().find(|one| one.name.as_ref() == Some(word));
            let Some(one) = named else { break };
            let whole: Words = one.path.iter().chain(further).cloned().collect();
            return self.resolve(file, &whole, depth + 1);
        }
        Some(Target::Inside(module))
    }

    /// Groups of files of which each needs the others, by the way of others too.
    pub(crate) fn circles(&self) -> Vec<Vec<&str>> {
        let needs: BTreeMap<&str, BTreeSet<&str>> = self
            .files
            .iter()
            .filter(|(_, file)| file.logic)
            .map(|(name, _)| {
                let targets = self.needs(name).into_iter();
                let files = targets.filter_map(|target| match target {
                    Target::Inside(module) => self.file_of(&module),
                    Target::Outside(_) => None,
                });
                (name.as_str(), files.collect())
            })
            .collect();
        let reach: BTreeMap<&str, BTreeSet<&str>> = needs
            .keys()
            .map(|start| {
                let mut reached = BTreeSet::new();
                let mut open: Vec<&str> = vec![start];
                while let Some(file) = open.pop() {
                    for next in needs.get(file).into_iter().flatten() {
                        if next != start && reached.insert(*next) {
                            open.push(next);
                        }
                    }
                }
                (*start, reached)
            })
            .collect();
        let mut circles = BTreeSet::new();
        for (start, reached) in &reach {
            let back = reached.iter().filter(|other| reach[*other].contains(start));
            let circle: BTreeSet<&str> = back.copied().chain([*start]).collect();
            if circle.len() > 1 {
                circles.insert(circle.into_iter().collect());
            }
        }
        circles.into_iter().collect()
    }
}

impl File {
    fn parse(name: &str, text: &str) -> Self {
        let path = name.trim_start_matches("src/").trim_end_matches(".rs");
        let path = path.trim_end_matches("/mod");
        let mut file = Self::default();
        if path != "lib" {
            file.module = path.split('/').map(str::to_owned).collect();
        }
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for item in &syntax.items {
            file.top(item);
        }
        file.visit_file(&syntax);
        file
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever has no name is logic all the same"
    )]
    fn top(&mut self, item: &syn::Item) {
        let (name, is_type) = match item {
            syn::Item::Struct(one) => (&one.ident, true),
            syn::Item::Enum(one) => (&one.ident, true),
            syn::Item::Trait(one) => (&one.ident, true),
            syn::Item::Type(one) => (&one.ident, true),
            syn::Item::Fn(one) => (&one.sig.ident, false),
            syn::Item::Const(one) => (&one.ident, false),
            syn::Item::Static(one) => (&one.ident, false),
            syn::Item::Mod(one) if one.content.is_none() && for_tests(&one.attrs) => {
                self.for_tests.insert(one.ident.to_string());
                return;
            }
            syn::Item::Mod(one) if one.content.is_none() => {
                self.children.insert(one.ident.to_string());
                return;
            }
            syn::Item::Mod(one) if for_tests(&one.attrs) => return,
            syn::Item::Use(_) => return,
            _ => {
                self.logic = true;
                return;
            }
        };
        self.logic = true;
        self.defines.insert(name.to_string());
        if is_type {
            self.types.insert(name.to_string());
        }
    }

    fn flatten(&mut self, tree: &syn::UseTree, mut path: Words, public: bool) {
        match tree {
            syn::UseTree::Path(one) => {
                path.push(one.ident.to_string());
                self.flatten(&one.tree, path, public);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.flatten(tree, path.clone(), public);
                }
            }
            syn::UseTree::Glob(_) => self.add(path, None, public),
            syn::UseTree::Name(one) if one.ident == "self" => {
                let name = path.last().cloned();
                self.add(path, name, public);
            }
            syn::UseTree::Name(one) => {
                path.push(one.ident.to_string());
                self.add(path, Some(one.ident.to_string()), public);
            }
            syn::UseTree::Rename(one) => {
                if one.ident != "self" {
                    path.push(one.ident.to_string());
                }
                self.add(path, Some(one.rename.to_string()), public);
            }
        }
    }

    fn add(&mut self, path: Words, name: Option<String>, public: bool) {
        self.uses.push(Use { path, name, public });
    }
}

fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let cfg = attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test");
        cfg || attribute.path().is_ident("test")
    })
}

impl<'ast> Visit<'ast> for File {
    fn visit_item_mod(&mut self, one: &'ast syn::ItemMod) {
        if !for_tests(&one.attrs) {
            visit::visit_item_mod(self, one);
        }
    }

    fn visit_item_fn(&mut self, one: &'ast syn::ItemFn) {
        if !for_tests(&one.attrs) {
            visit::visit_item_fn(self, one);
        }
    }

    fn visit_item_use(&mut self, one: &'ast syn::ItemUse) {
        if !for_tests(&one.attrs) {
            let public = !matches!(one.vis, syn::Visibility::Inherited);
            self.flatten(&one.tree, Words::new(), public);
        }
    }

    fn visit_signature(&mut self, one: &'ast syn::Signature) {
        self.is_async |= one.asyncness.is_some();
        visit::visit_signature(self, one);
    }

    fn visit_expr_async(&mut self, one: &'ast syn::ExprAsync) {
        self.is_async = true;
        visit::visit_expr_async(self, one);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Words = path
            .segments
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        if words.len() > 1 {
            self.paths.insert(words);
        }
        visit::visit_path(self, path);
    }

    /// What is in a macro's brackets isn't parsed: the paths in it are told by their colons.
    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        let brackets = |c: char| "()[]{},;&".contains(c);
        let text = one.tokens.to_string().replace(brackets, " ");
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let mut at = 0;
        while at < tokens.len() {
            let mut words = vec![tokens[at].to_owned()];
            while tokens.get(at + 1) == Some(&"::") && at + 2 < tokens.len() {
                words.push(tokens[at + 2].to_owned());
                at += 2;
            }
            let names = words
                .iter()
                .all(|word| word.chars().all(|c| c.is_alphanumeric() || c == '_'));
            if words.len() > 1 && names {
                self.paths.insert(words);
            }
            at += 1;
        }
        visit::visit_macro(self, one);
    }

    /// `pub(super)` names nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
