/** A word of the tools' own, which says nothing of what they were given. */
export const isOwn = (word: string): boolean =>
  word.length < 2 || OWN.has(word.toLowerCase().replace(/^[.:]+|[.:]+$/g, ""));

// Of the errors of kustomize, helm, Go's templates and its YAML; a secret that is one of these words hides among them.
const OWN: ReadonlySet<string> = new Set(
  `a accumulate accumulating accumulation add admissible all already also an and annotations any argument arguments array as at base bases be becomes
  behavior bool boolean both but by cannot can calling chart charts column conflict contain contains content contents converting could create
  data decode decoding defined delete did dir directory docs document does duplicate each either element empty end eof error errors evaluating evil
  exact exec executing execution exist exists expected expecting failed failure fatal field fields file files find float for found from func
  function function generated generator go got group gvk has have helm id if illegal in include index input int integer interface internal into invalid is it
  item json key keys kind kustomization kustomize label labels legacy line list literal literals load loading local manifest map mapping matches may merge merging
  metadata missing mode multiple must name names namespace need nil no node nodes not null number object objects of on one only op operation
  or origin out output pair parse parsing patch patches path pointer query read reading recover ref reference referencing registered remove render
  replace replacement required resid resmap resource resources root same scalar schema secret secretgenerator security select selector sequence set should
  some source spec specified statement status string struct structure syntax tag target template templates test than that the there this to token tpl
  transform transformer two type unable undefined unexpected unknown unmarshal unmarshalling use used using validation value values version was which
  with without wrong yaml you int64 float64 map[string]interface interface{} toyaml fromyaml tojson nindent indent quote printf default lookup range end
  see debug flag flags github.com helm.sh http https exit usage installation upgrade release try again please bad size limit exceeded maximum
  mappingnode scalarnode sequencenode documentnode aliasnode malformedyamlerror strategic add test copy move plan matches malformed
  configmap var vars repeats library application chart.metadata.type additional properties property propertyname propertynames maxlength
  minlength minimum maximum exclusiveminimum exclusivemaximum multipleof maxitems minitems uniqueitems maxproperties minproperties oneof anyof
  allof enum const format pattern dependentrequired`.split(/\s+/),
);
