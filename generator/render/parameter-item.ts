/** What Job DSL says of a parameter. */
export interface ParameterItem {
  name: string;
  description: string;
  value: string | boolean;
  choices: string[] | false;
  flag: boolean;
  text: boolean;
}
